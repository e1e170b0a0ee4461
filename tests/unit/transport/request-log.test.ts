import { expect, test } from 'vitest';
import { WIRE_LIMITS } from '../../../src/core/index.ts';
import { RequestLog } from '../../../src/transport/session/request-log.ts';

test('a request that comes again is told, in whatever order they come', () => {
  const log = new RequestLog();
  expect([3, 1, 2, 3, 1].map((id) => log.isNew(id))).toEqual([true, true, true, false, false]);
});

test('only the latest are remembered', () => {
  const log = new RequestLog();
  for (let id = 0; id <= WIRE_LIMITS.requestsRemembered; id++) log.isNew(id);
  expect(log.isNew(1)).toBe(false);
  expect(log.isNew(0)).toBe(true);
});
