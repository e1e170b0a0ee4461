import { beforeEach, describe, expect, test } from 'vitest';
import { WIRE_LIMITS } from '../../../src/core/index.ts';
import { CallTable, encodeCbor, REFUSAL, REQUEST } from '../../../src/wire/index.ts';
import { errorOf, ManualTime, settle, valueOf } from '../../support/index.ts';

const EMPTY = encodeCbor({});
const ping = REQUEST.cellPing;

let time: ManualTime;
let calls: CallTable;
let sent: number[];

beforeEach(() => {
  time = new ManualTime();
  calls = new CallTable({ clock: time, timers: time });
  sent = [];
});

const open = (deadlineMs = 100) => calls.open(ping, deadlineMs, (id) => sent.push(id));

describe('a call', () => {
  test('is answered by the answer with its id, and leaves no timer behind', async () => {
    const first = open();
    const second = open();
    expect(new Set(sent).size).toBe(2);
    calls.answered(sent[1] ?? 0, EMPTY);
    expect(valueOf(await second)).toEqual({});
    calls.answered(sent[0] ?? 0, EMPTY);
    expect(valueOf(await first)).toEqual({});
    expect(time.waiting).toBe(0);
  });

  test('is refused with the code and message of the other side', async () => {
    const call = open();
    calls.refused(sent[0] ?? 0, REFUSAL.write({ code: 'lease_denied', message: 'no' }));
    expect(errorOf(await call)).toEqual({ code: 'lease_denied', message: 'no' });
  });

  test('ends at its deadline, not before', async () => {
    let ended = 0;
    const call = open(100).then((result) => {
      ended++;
      return result;
    });
    await time.advance(99);
    expect(ended).toBe(0);
    await time.advance(1);
    expect(errorOf(await call)).toMatchObject({ code: 'disconnected' });
    expect(calls.awaits(sent[0] ?? 0, ping.code)).toBe(false);
  });

  test('ends at its own deadline, whatever others are in flight, by one timer for all', async () => {
    const ended: number[] = [];
    for (const deadlineMs of [300, 100, 200, 100]) void open(deadlineMs).then(() => ended.push(deadlineMs));
    expect(time.waiting).toBe(1);
    await time.advance(100);
    expect(ended).toEqual([100, 100]);
    void open(50).then(() => ended.push(50));
    await time.advance(50);
    calls.answered(sent[2] ?? 0, EMPTY);
    await time.advance(149);
    expect(ended).toEqual([100, 100, 50, 200]);
    await time.advance(1);
    expect(ended).toEqual([100, 100, 50, 200, 300]);
    expect(time.waiting).toBe(0);
  });

  test('that gets an unreadable answer or refusal ends as a protocol violation', async () => {
    const answered = open();
    calls.answered(sent[0] ?? 0, new Uint8Array([0xff]));
    const refused = open();
    calls.refused(sent[1] ?? 0, encodeCbor({ code: 'no such code', message: '' }));
    expect(errorOf(await answered)).toMatchObject({ code: 'protocol_violation' });
    expect(errorOf(await refused)).toMatchObject({ code: 'protocol_violation' });
  });

  test('settles once: a second answer, a late one and a stranger’s change nothing', async () => {
    const call = open();
    calls.answered(sent[0] ?? 0, EMPTY);
    calls.refused(sent[0] ?? 0, REFUSAL.write({ code: 'internal', message: 'late' }));
    calls.answered(4_711, EMPTY);
    expect(valueOf(await call)).toEqual({});
  });

  test('awaits an answer of its own kind only', () => {
    void open();
    expect(calls.awaits(sent[0] ?? 0, ping.code)).toBe(true);
    expect(calls.awaits(sent[0] ?? 0, REQUEST.contentGet.code)).toBe(false);
    expect(calls.awaits((sent[0] ?? 0) + 1, ping.code)).toBe(false);
    calls.closeAll('disconnected', 'end of test');
  });
});

describe('all calls of a session', () => {
  test('settle when it ends', async () => {
    const open3 = [open(), open(), open()];
    calls.closeAll('disconnected', 'the link ended');
    for (const call of open3) expect(errorOf(await call)).toEqual({ code: 'disconnected', message: 'the link ended' });
    expect(time.waiting).toBe(0);
  });

  test('are bounded, and the one too many is refused without being sent', async () => {
    const all = Array.from({ length: WIRE_LIMITS.callsInFlightMax }, () => open());
    expect(errorOf(await open())).toMatchObject({ code: 'capacity_exceeded' });
    expect(sent.length).toBe(WIRE_LIMITS.callsInFlightMax);
    calls.answered(sent[0] ?? 0, EMPTY);
    await settle();
    void open();
    expect(sent.length).toBe(WIRE_LIMITS.callsInFlightMax + 1);
    calls.closeAll('disconnected', 'end of test');
    await Promise.all(all);
  });

  test('an answer that arrives while the request is being sent is not lost', async () => {
    const call = calls.open(ping, 100, (id) => calls.answered(id, EMPTY));
    expect(valueOf(await call)).toEqual({});
  });
});
