import { describe, expect, test } from 'vitest';
import {
  assert,
  AssertionError,
  assertNever,
  FabricError,
  fabricErrorCodes,
  failure,
  isFabricErrorCode,
} from '../../../src/core/index.ts';

describe('failures', () => {
  test.each(fabricErrorCodes())('%s says in a sentence what to do', (code) => {
    const { recovery } = failure(code, 'what happened');
    expect(recovery).toMatch(/^[A-Z].{10,}\.$/);
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  test('a code is one of the list, never a name that every object has', () => {
    expect(isFabricErrorCode('lease_expired')).toBe(true);
    for (const wrong of ['', 'LEASE_EXPIRED', 'toString', '__proto__', 'constructor']) {
      expect(isFabricErrorCode(wrong)).toBe(false);
    }
  });

  test('an error and its plain data say the same, and it keeps its cause', () => {
    const cause = new Error('below');
    const error = new FabricError({ code: 'fenced', message: 'quarantined' }, { cause });
    expect(error.toFailure()).toEqual(failure('fenced', 'quarantined'));
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message, error.cause]).toEqual(['FabricError', 'quarantined', cause]);
    expect(structuredClone(error.toFailure())).toEqual(error.toFailure());
  });
});

describe('assertions', () => {
  test('throw for what is false, with the message, and for nothing else', () => {
    expect(() => assert(true, 'fine')).not.toThrow();
    expect(() => assert(false, 'two is one')).toThrow(new AssertionError('two is one'));
  });

  test('a switch that is not closed after all stops the program', () => {
    const unexpected: unknown = 'surprise';
    // What the compiler rules out can still arrive at run time.
    expect(() => assertNever(unexpected as never)).toThrow('unreachable case: surprise');
  });
});
