import { beforeEach, describe, expect, test, vi } from 'vitest';
import { contentHash, utf8, WARM_LIMITS, type Bytes } from '../../../src/core/index.ts';
import type { WarmDoor } from '../../../src/cell/index.ts';
import { failureOfCall, readAnswerPart, readAnswers, writeBatch } from '../../../src/tasklet/index.ts';
import type { CallChannel, CallChannelName, CallChannels } from '../../../src/transport/index.ts';
import { idOf, link, ManualTime, present, valueOf } from '../../support/index.ts';
import { RUN_MEMORY_BYTES, testCell, type TestCell } from './world.ts';

/** The channels of the only link, with their far end in the test's hands. */
class HandChannels implements CallChannels {
  readonly sent: Bytes[] = [];
  isClosed = false;
  #heard: ((message: Bytes) => void) | undefined;
  readonly #isThere: boolean;

  constructor(isThere: boolean) {
    this.#isThere = isThere;
  }

  draw(): CallChannelName {
    return { linkId: 1, number: 110 };
  }

  answer(_number: number, heard: (message: Bytes) => void): Promise<CallChannel | undefined> {
    if (!this.#isThere) return Promise.resolve(undefined);
    this.#heard = heard;
    return Promise.resolve({
      send: (message) => {
        if (!this.isClosed) this.sent.push(message);
      },
      close: () => (this.isClosed = true),
    });
  }

  say(message: Bytes): void {
    present(this.#heard)(message);
  }
}

describe('calls over a channel of their own', () => {
  let time: ManualTime;
  let keeper: TestCell;
  let caller: TestCell;
  let channels: HandChannels;

  beforeEach(async () => {
    time = new ManualTime();
    keeper = testCell(time, 'keeper', { slots: 4 });
    caller = testCell(time, 'caller');
    await link(time, caller, keeper);
  });

  async function open(script: string, isThere = true): Promise<WarmDoor> {
    channels = new HandChannels(isThere);
    for (const { board } of [keeper, caller]) vi.spyOn(board, 'callChannelsOf').mockReturnValue(channels);
    const module = utf8(script);
    const wish = {
      ...{ warmId: idOf.run('1'), program: 'tests', tasklet: 'warm', module, moduleHash: contentHash(module) },
      ...{ fuelLimit: 1_000, callMs: 60_000, memoryBytes: RUN_MEMORY_BYTES, isFresh: false },
      submittedWallMs: 1_700_000_000_000,
    };
    return valueOf(await time.until(caller.cell.warm.open(keeper.self, wish)));
  }

  /** What was answered to batches of one call, as `number code` or `number output`. */
  const said = (): readonly string[] =>
    channels.sent.map((message) => {
      const { number, answers } = valueOf(readAnswerPart(message));
      const [end] = valueOf(readAnswers(answers, 1));
      return `${number} ${end && (failureOfCall(end)?.code ?? new TextDecoder().decode(end.output))}`;
    });

  test('are answered there, and are in the receipt', async () => {
    const door = await open('echo');
    expect(door.channel).toEqual({ linkId: 1, number: 110 });
    channels.say(new Uint8Array(4));
    expect(channels.sent.splice(0)).toEqual([new Uint8Array(4)]);
    channels.say(writeBatch(7, [utf8('one')]));
    channels.say(writeBatch(8, [utf8('two')]));
    await time.advance(100);
    expect(said()).toEqual(['7 one', '8 two']);
    const { receipt } = await time.until(door.close());
    expect(receipt).toMatchObject({ calls: 2 });
    expect(channels.isClosed).toBe(true);
  });

  test('end with their lease, in the middle of one', async () => {
    const door = await open('hang');
    channels.say(writeBatch(1, [utf8('x')]));
    await time.advance(100);
    await time.until(keeper.cell.revoke(door.leases.cpu, 0));
    await time.until(door.ended);
    expect(said()).toEqual(['1 revoked']);
    expect(channels.isClosed).toBe(true);
  });

  test('are answered as too many, beyond what may wait', async () => {
    await open('slow 10');
    const full = writeBatch(
      1,
      Array.from({ length: WARM_LIMITS.callsPerBatchMax }, () => utf8('')),
    );
    for (let sent = 0; sent < WARM_LIMITS.heldCallsMax; sent += WARM_LIMITS.callsPerBatchMax) channels.say(full);
    channels.say(writeBatch(2, [utf8('')]));
    expect(said()).toEqual(['2 capacity_exceeded']);
  });

  test('come over the session where there is no channel, or no more', async () => {
    const call = async (door: WarmDoor): Promise<string> => {
      const answer = valueOf(await time.until(door.operate(writeBatch(0, [utf8('x')]))));
      return new TextDecoder().decode(valueOf(readAnswers(answer, 1))[0]?.output);
    };
    const without = await open('echo', false);
    expect(without.channel).toBeUndefined();
    expect(await call(without)).toBe('x');
    await time.until(without.close());
    const door = await open('echo');
    channels.say(utf8('no batch'));
    expect(channels.isClosed).toBe(true);
    expect(await call(door)).toBe('x');
  });
});
