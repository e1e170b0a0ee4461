import { describe, expect, test } from 'vitest';
import { AssertionError, err, ok, type CellId } from '../../../src/core/index.ts';
import { encodeCbor, EVENT, Handlers, REQUEST } from '../../../src/wire/index.ts';
import { errorOf, idOf, valueOf } from '../../support/index.ts';

const peer = idOf.cell('a');
const EMPTY = encodeCbor({});

describe('handlers', () => {
  test('hand an event to the one who registered for it, with its sender and its payload read', () => {
    const handlers = new Handlers();
    const seen: [CellId, string][] = [];
    handlers.onEvent(EVENT.leaseEnded, (from, { state }) => seen.push([from, state]));
    const payload = EVENT.leaseEnded.write({ leaseId: idOf.lease('1'), state: 'expired' });
    expect(handlers.dispatchEvent(peer, EVENT.leaseEnded.code, payload).ok).toBe(true);
    expect(seen).toEqual([[peer, 'expired']]);
  });

  test('answer a request with bytes, and a refusal as it is', async () => {
    const handlers = new Handlers();
    handlers.onRequest(REQUEST.leaseFree, (_from, { leaseIds }) =>
      leaseIds.length > 0 ? ok({ freed: leaseIds.length }) : err({ code: 'not_found', message: 'none' }),
    );
    const ask = async (leaseIds: ReturnType<typeof idOf.lease>[]) =>
      valueOf(handlers.dispatchRequest(peer, REQUEST.leaseFree.code, REQUEST.leaseFree.write({ leaseIds }))).answer;
    expect(valueOf(await ask([idOf.lease('1')]))).toEqual(encodeCbor({ freed: 1 }));
    expect(errorOf(await ask([]))).toEqual({ code: 'not_found', message: 'none' });
  });

  test('let nothing unread pass: unknown codes and malformed payloads never reach a handler', () => {
    const handlers = new Handlers();
    let calls = 0;
    handlers.onEvent(EVENT.bye, () => calls++);
    handlers.onRequest(REQUEST.cellPing, () => {
      calls++;
      return ok({});
    });
    expect(errorOf(handlers.dispatchEvent(peer, 0x7777, EMPTY))).toBe('unknown_message');
    expect(errorOf(handlers.dispatchRequest(peer, 0x7777, EMPTY))).toBe('unknown_message');
    expect(errorOf(handlers.dispatchEvent(peer, EVENT.bye.code, new Uint8Array([0xff])))).toBe('malformed_message');
    expect(errorOf(handlers.dispatchRequest(peer, REQUEST.cellPing.code, EMPTY.slice(1)))).toBe('malformed_message');
    expect(calls).toBe(0);
  });

  test('an event is no request, and a request no event', () => {
    const handlers = new Handlers();
    handlers.onEvent(EVENT.bye, () => undefined);
    handlers.onRequest(REQUEST.cellPing, () => ok({}));
    expect(handlers.dispatchRequest(peer, EVENT.bye.code, EMPTY).ok).toBe(false);
    expect(handlers.dispatchEvent(peer, REQUEST.cellPing.code, EMPTY).ok).toBe(false);
    expect([EVENT.bye.code, REQUEST.cellPing.code, 0x7777].map((code) => handlers.knows(code))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('two for one message are a mistake of the program', () => {
    const handlers = new Handlers();
    handlers.onEvent(EVENT.bye, () => undefined);
    expect(() => handlers.onEvent(EVENT.bye, () => undefined)).toThrow(AssertionError);
    handlers.onRequest(REQUEST.cellPing, () => ok({}));
    expect(() => handlers.onRequest(REQUEST.cellPing, () => ok({}))).toThrow(AssertionError);
  });
});
