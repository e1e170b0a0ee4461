import { LINK_LIMITS, type FabricErrorCode } from '../../../src/core/index.ts';
import type { SignalingPromise } from './contract.ts';

/** A refusal, which says what to do. */
export interface Refused {
  readonly code: FabricErrorCode;
  readonly recovery: string;
}

/** One cell whose links people make by carrying texts. */
export interface HandCell {
  /** The number and the text of an invitation. */
  invite(): Promise<{ readonly invitation: number; readonly text: string } | Refused>;
  cancel(invitation: number): Promise<void>;
  /** The text that goes back to whoever invited. */
  answer(text: string): Promise<{ readonly text: string } | Refused>;
  /** Settles when the two are linked. */
  accept(invitation: number, text: string): Promise<'ok' | Refused>;
  links(): Promise<number>;
  /** From now on its clock is so much ahead. */
  setClock(aheadMs: number): Promise<void>;
}

export interface HandWorld {
  /** A cell of the one fabric that all are in, or of another. */
  cell(fabric?: 'another'): Promise<HandCell>;
  wait(): Promise<void>;
}

export type HandPromise = Omit<SignalingPromise, 'keep'> & {
  readonly keep: (world: HandWorld) => ReturnType<SignalingPromise['keep']>;
};

const TRIES_MAX = 100;
/** Whoever is refused is told what to do. */
const told = (code: FabricErrorCode): readonly unknown[] => [code, true];
const codeOf = (answer: object | 'ok'): unknown =>
  answer !== 'ok' && 'code' in answer && 'recovery' in answer ? [answer.code, answer.recovery !== ''] : answer;

async function invited(cell: HandCell): Promise<{ readonly invitation: number; readonly text: string }> {
  const made = await cell.invite();
  if ('code' in made) throw new Error(`no invitation: ${made.code}`);
  return made;
}

async function answered(cell: HandCell, text: string): Promise<string> {
  const answer = await cell.answer(text);
  if ('code' in answer) throw new Error(`no answer: ${answer.code}`);
  return answer.text;
}

/** Whether both have exactly one link more than `before`, in the end. */
async function areLinked(world: HandWorld, cells: readonly HandCell[], links = 1): Promise<boolean> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const counts = await Promise.all(cells.map((cell) => cell.links()));
    if (counts.every((count) => count === links)) return true;
    await world.wait();
  }
  return false;
}

/** What signaling by hand promises, whatever people do with the texts. */
export const HAND_PROMISES: readonly HandPromise[] = [
  {
    text: 'an offer one way and an answer back open one link, at both ends',
    async keep(world) {
      const [host, guest] = [await world.cell(), await world.cell()];
      const { invitation, text } = await invited(host);
      const answer = await answered(guest, text);
      return [
        [await host.accept(invitation, answer), 'ok'],
        [await areLinked(world, [host, guest]), true],
      ];
    },
  },
  {
    text: 'an offer that is pasted twice is answered the same way twice, and links once',
    async keep(world) {
      const [host, guest] = [await world.cell(), await world.cell()];
      const { invitation, text } = await invited(host);
      const answers = [await answered(guest, text), await answered(guest, text)];
      return [
        [answers[0] === answers[1], true],
        [await host.accept(invitation, answers[1] ?? ''), 'ok'],
        [await areLinked(world, [host, guest]), true],
      ];
    },
  },
  {
    text: 'an answer that is pasted twice links once, and the second time is refused as misplaced',
    async keep(world) {
      const [host, guest] = [await world.cell(), await world.cell()];
      const { invitation, text } = await invited(host);
      const answer = await answered(guest, text);
      const first = host.accept(invitation, answer);
      const second = await host.accept(invitation, answer);
      return [
        [codeOf(second), told('code_misplaced')],
        [await first, 'ok'],
        [await areLinked(world, [host, guest]), true],
      ];
    },
  },
  {
    text: 'an answer to another offer is refused as misplaced, and the right one still links',
    async keep(world) {
      const [host, guest] = [await world.cell(), await world.cell()];
      const [one, other] = [await invited(host), await invited(host)];
      const answer = await answered(guest, one.text);
      return [
        [codeOf(await host.accept(other.invitation, answer)), told('code_misplaced')],
        [await host.accept(one.invitation, answer), 'ok'],
        [await areLinked(world, [host, guest]), true],
      ];
    },
  },
  {
    text: 'a text in the wrong field is refused as misplaced, and costs nothing',
    async keep(world) {
      const [host, guest] = [await world.cell(), await world.cell()];
      const { invitation, text } = await invited(host);
      const answer = await answered(guest, text);
      return [
        [codeOf(await host.accept(invitation, text)), told('code_misplaced')],
        [codeOf(await host.answer(text)), told('code_misplaced')],
        [codeOf(await guest.answer(answer)), told('code_misplaced')],
        [await host.accept(invitation, answer), 'ok'],
        [await areLinked(world, [host, guest]), true],
      ];
    },
  },
  {
    text: 'a truncated text is refused as damaged, and the whole one works after it',
    async keep(world) {
      const [host, guest] = [await world.cell(), await world.cell()];
      const { invitation, text } = await invited(host);
      const cutOffer = await guest.answer(text.slice(0, -7));
      const answer = await answered(guest, text);
      const cutAnswer = await host.accept(invitation, answer.slice(5));
      return [
        [codeOf(cutOffer), told('code_damaged')],
        [codeOf(cutAnswer), told('code_damaged')],
        [await host.accept(invitation, answer), 'ok'],
        [await areLinked(world, [host, guest]), true],
      ];
    },
  },
  {
    text: 'an offer and an answer that have run out are refused as expired, and fresh ones link',
    async keep(world) {
      const [host, guest] = [await world.cell(), await world.cell()];
      const { invitation, text } = await invited(host);
      const answer = await answered(guest, text);
      // A text says when it runs out in whole seconds.
      for (const cell of [host, guest]) await cell.setClock(LINK_LIMITS.handCodeMs + 1_000);
      const late = [await guest.answer(text), await host.accept(invitation, answer)];
      const fresh = await invited(host);
      return [
        [late.map(codeOf), [told('code_expired'), told('code_expired')]],
        [await host.accept(fresh.invitation, await answered(guest, fresh.text)), 'ok'],
        [await areLinked(world, [host, guest]), true],
      ];
    },
  },
  {
    text: 'a text of another fabric is refused as wrong_key',
    async keep(world) {
      const [host, stranger] = [await world.cell(), await world.cell('another')];
      const { text } = await invited(host);
      return [[codeOf(await stranger.answer(text)), told('wrong_key')]];
    },
  },
  {
    text: 'texts that wait are bounded: one beyond is refused, and one taken back makes room',
    async keep(world) {
      const [host, guest] = [await world.cell(), await world.cell()];
      const made = [];
      for (let count = 0; count < LINK_LIMITS.handPendingMax; count++) made.push(await invited(host));
      const beyond = await host.invite();
      await host.cancel(made[0]?.invitation ?? 0);
      const { invitation, text } = await invited(host);
      return [
        [codeOf(beyond), told('capacity_exceeded')],
        [await host.accept(invitation, await answered(guest, text)), 'ok'],
        [await areLinked(world, [host, guest]), true],
      ];
    },
  },
];
