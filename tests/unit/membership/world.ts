import { Joiner, Roster, type Signaling } from '../../../src/membership/index.ts';
import {
  testBoard,
  type BoardOptions,
  type ManualTime,
  type SignalingHub,
  type TestBoard,
} from '../../support/index.ts';

export const SLOTS = ['slot0', 'slot1', 'slot2'];

export interface TestMember extends TestBoard {
  readonly roster: Roster;
  readonly joiner: Joiner;
  readonly signaling: Signaling;
  readonly peerName: string;
  /** What it says of its load. */
  readonly load: { slotsFree: number; isFrozen?: boolean };
  /** Closes the tab: with a goodbye, or without a word. */
  close(how: 'goodbye' | 'crash'): void;
}

/** A cell that can join and be seen, and lends nothing. */
export function testMember(time: ManualTime, hub: SignalingHub, name: string, options: BoardOptions = {}): TestMember {
  const at = testBoard(time, name, options);
  const { env, board, endpoint } = at;
  const peerName = `peer${name}`;
  const signaling = hub.doorOf(peerName, endpoint);
  const changed = (): void => undefined;
  const load: TestMember['load'] = { slotsFree: 1 };
  const parts: { joiner?: Joiner } = {};
  const roster = new Roster({
    env,
    board,
    changed,
    introduced: () => undefined,
    describe: () => {
      const slot = parts.joiner?.slot;
      const capacity = { slotsTotal: 1, ...load, memoryBytesTotal: 1, memoryBytesFree: 1 };
      return { name, ...capacity, isVisible: true, peerName, ...(slot === undefined ? {} : { slot }) };
    },
  });
  const joiner = new Joiner({ env, board, roster, signaling, rendezvousIds: SLOTS, changed });
  parts.joiner = joiner;
  // What the cell does at each heartbeat; it is not part of this room.
  const beat = (): void => {
    board.tick();
    time.after(1_000, beat);
  };
  beat();
  const close = (how: 'goodbye' | 'crash'): void => {
    hub.gone(endpoint);
    joiner.close();
    roster.close();
    if (how === 'goodbye') board.close();
    else at.crash();
  };
  return { ...at, roster, joiner, signaling, peerName, load, close };
}

/** Whether every one of `members` is linked to all the others and to nobody else. */
export function areFullyLinked(members: readonly TestMember[]): boolean {
  return members.every((member) => {
    const others = members.flatMap(({ self }) => (self === member.self ? [] : [self]));
    return member.board.peers().toSorted().join() === others.sort().join();
  });
}
