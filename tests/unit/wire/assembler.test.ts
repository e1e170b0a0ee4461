import { beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { WIRE_LIMITS } from '../../../src/core/index.ts';
import { Assembler, FRAME_KIND, type Frame } from '../../../src/wire/index.ts';
import { errorOf, ManualTime, patternBytes, present, valueOf } from '../../support/index.ts';

const TOTAL_MAX = WIRE_LIMITS.dataBytesMax;
const whole = patternBytes(10);

function part(id: number, offsetBytes: number, length: number, totalBytes = whole.length): Frame {
  const payload = whole.slice(offsetBytes, offsetBytes + length);
  return { kind: FRAME_KIND.answer, type: 0x40, id, payload, fragment: { offsetBytes, totalBytes } };
}

/** The first byte of a message that would be `totalBytes` long. */
function beginning(id: number, totalBytes: number): Frame {
  const payload = new Uint8Array(1);
  return { kind: FRAME_KIND.answer, type: 0x40, id, payload, fragment: { offsetBytes: 0, totalBytes } };
}

let time: ManualTime;
let assembler: Assembler;

beforeEach(() => {
  time = new ManualTime();
  assembler = new Assembler(time);
});

const accept = (frame: Frame, max = TOTAL_MAX) => assembler.accept(frame, max);

describe('assembling', () => {
  test('a whole message passes through', () => {
    const frame = { kind: FRAME_KIND.event, type: 1, id: 1, payload: whole };
    expect(valueOf(accept(frame))).toBe(whole);
  });

  test('fragments in order make the message, once the last is in', () => {
    expect(valueOf(accept(part(1, 0, 4)))).toBeUndefined();
    expect(valueOf(accept(part(1, 4, 4)))).toBeUndefined();
    expect(valueOf(accept(part(1, 8, 2)))).toEqual(whole);
  });

  test('messages that take turns do not mix, whatever the turns are', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 7 }), { maxLength: 80 }), cuts, (turns, sizes) => {
        const fresh = new Assembler(time);
        const messages = sizes.map((size, id) => ({ id, size, bytes: patternBytes(20, id), offset: 0 }));
        const done = new Set<number>();
        for (const turn of [...turns, ...messages.flatMap(({ id }) => Array.from({ length: 20 }, () => id))]) {
          const message = messages[turn % messages.length];
          if (!message || done.has(message.id)) continue;
          const payload = message.bytes.slice(message.offset, message.offset + message.size);
          const fragment = { offsetBytes: message.offset, totalBytes: message.bytes.length };
          const read = fresh.accept({ kind: FRAME_KIND.answer, type: 0x40, id: message.id, payload, fragment }, 64);
          message.offset += payload.length;
          const assembled = valueOf(read);
          if (!assembled) continue;
          expect(assembled).toEqual(message.bytes);
          done.add(message.id);
        }
        expect(done.size).toBe(messages.length);
      }),
      { seed: 1 },
    );
  });

  test('messages of one id but another kind or type are not one message', () => {
    valueOf(accept(part(1, 0, 4)));
    expect(errorOf(accept({ ...part(1, 4, 4), kind: FRAME_KIND.refusal }))).toBe('fragment_out_of_order');
    expect(errorOf(accept({ ...part(1, 4, 4), type: 0x41 }))).toBe('fragment_out_of_order');
    expect(valueOf(accept(part(1, 4, 6)))).toEqual(whole);
  });
});

describe('assembling refuses', () => {
  test('a gap, and drops the message', () => {
    valueOf(accept(part(1, 0, 4)));
    expect(errorOf(accept(part(1, 5, 4)))).toBe('fragment_out_of_order');
    expect(errorOf(accept(part(1, 4, 4)))).toBe('fragment_out_of_order');
  });

  test('an overlap, and drops the message', () => {
    valueOf(accept(part(1, 0, 4)));
    expect(errorOf(accept(part(1, 3, 4)))).toBe('fragment_out_of_order');
    expect(errorOf(accept(part(1, 4, 6)))).toBe('fragment_out_of_order');
  });

  test('a total that changes on the way', () => {
    valueOf(accept(part(1, 0, 4)));
    expect(errorOf(accept(part(1, 4, 4, 11)))).toBe('fragment_disagrees');
  });

  test('a middle without a beginning', () => {
    expect(errorOf(accept(part(1, 4, 4)))).toBe('fragment_out_of_order');
  });

  test('what is longer than its kind may be, before it keeps a byte', () => {
    expect(errorOf(accept({ kind: FRAME_KIND.event, type: 1, id: 1, payload: whole }, 9))).toBe('message_too_long');
    expect(errorOf(accept(part(1, 0, 4), 9))).toBe('message_too_long');
    expect(errorOf(accept(beginning(2, 0xffff_ffff)))).toBe('message_too_long');
  });

  test('more messages half delivered than the bound, and takes the next when one is done', () => {
    for (let id = 0; id < WIRE_LIMITS.partialMessagesMax; id++) valueOf(accept(part(id, 0, 4)));
    expect(errorOf(accept(part(99, 0, 4)))).toBe('too_many_partial');
    expect(valueOf(accept(part(0, 4, 6)))).toEqual(whole);
    expect(valueOf(accept(part(99, 0, 4)))).toBeUndefined();
  });

  test('more bytes half delivered than the bound', () => {
    const fitting = Math.floor(WIRE_LIMITS.partialBytesMax / TOTAL_MAX);
    for (let id = 0; id < fitting; id++) valueOf(accept(beginning(id, TOTAL_MAX)));
    expect(errorOf(accept(beginning(99, TOTAL_MAX)))).toBe('too_many_partial');
  });
});

describe('what stays half delivered', () => {
  test('makes room when it is too old, and its rest is refused', async () => {
    for (let id = 0; id < WIRE_LIMITS.partialMessagesMax; id++) valueOf(accept(part(id, 0, 4)));
    await time.advance(WIRE_LIMITS.partialAgeMsMax + 1);
    expect(valueOf(accept(part(99, 0, 4)))).toBeUndefined();
    expect(errorOf(accept(part(0, 4, 4)))).toBe('fragment_out_of_order');
  });

  test('gives its bytes back: a sender that starts over for ever never fills the bound', () => {
    for (let round = 0; round < 100; round++) {
      valueOf(accept(beginning(1, TOTAL_MAX)));
      if (round % 2 === 0) errorOf(accept(part(1, 5, 1, TOTAL_MAX)));
    }
    expect(present(assembler).accept(beginning(2, TOTAL_MAX), TOTAL_MAX).ok).toBe(true);
  });
});
