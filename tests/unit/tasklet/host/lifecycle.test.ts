import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../../src/core/index.ts';
import { ALLOWED_IMPORTS } from '../../../../src/tasklet/profile.ts';
import { runTasklet, STATUS } from '../../../../src/tasklet/index.ts';
import { FUEL, orderOf, runFake, type Call, type FakeTasklet } from './bench.ts';

/** A tasklet that writes down what is called on it. */
function recorded(calls: string[], tasklet: FakeTasklet = {}): FakeTasklet {
  return {
    init: (call, contextBytes, reserved) => {
      calls.push(`init ${contextBytes} ${reserved}`);
      tasklet.init?.(call, contextBytes, reserved);
    },
    run: (call, inputBytes, reserved) => {
      calls.push(`run ${inputBytes} ${reserved}`);
      return tasklet.run?.(call, inputBytes, reserved) ?? 0;
    },
    finalize: (call, status) => {
      calls.push(`finalize ${status}`);
      tasklet.finalize?.(call, status);
    },
  };
}

function trap(): never {
  throw new Error('unreachable');
}

describe('a run', () => {
  test('goes init, run, finalize, with the sizes of context and input', () => {
    const calls: string[] = [];
    const result = runFake(() => recorded(calls));
    expect(calls).toEqual(['init 11 0', 'run 10 0', 'finalize 0']);
    expect(result).toEqual({ status: 'succeeded', output: new Uint8Array(0), fuelUsed: 0, log: [] });
  });

  test('finalizes after a failed run, with its status', () => {
    const calls: string[] = [];
    const result = runFake(() => recorded(calls, { run: () => -7 }));
    expect(calls.at(-1)).toBe('finalize -7');
    expect(result).toMatchObject({ status: 'failed', error: { code: 'tasklet_error' } });
    expect(result.error?.message).toContain('-7');
  });

  test.each(['init', 'run', 'finalize'] as const)('does not go on after a trap in %s', (where) => {
    const calls: string[] = [];
    const result = runFake(() => recorded(calls, { [where]: trap }));
    expect(calls.at(-1)).toMatch(where);
    expect(calls.length).toBe(['init', 'run', 'finalize'].indexOf(where) + 1);
    expect(result).toMatchObject({ status: 'failed', error: { code: 'trapped' } });
    expect(result.error?.message).toContain('unreachable');
  });

  test('gives all its fuel to the instance before anything runs, and counts what is left after everything', () => {
    let atInit = 0n;
    const result = runFake(({ fuel }) => ({
      init: () => {
        atInit = fuel.value;
        fuel.value -= 100n;
      },
      run: () => {
        fuel.value -= 20n;
        return 0;
      },
      finalize: () => {
        fuel.value -= 3n;
      },
    }));
    expect(atInit).toBe(BigInt(FUEL));
    expect(result.fuelUsed).toBe(123);
  });

  test('whose memory cannot be had fails without running', () => {
    const result = runTasklet(
      () => ({ ok: false, error: 'out of memory' }),
      orderOf(),
      () => undefined,
    );
    expect(result).toMatchObject({ status: 'failed', fuelUsed: 0, error: { code: 'capacity_exceeded' } });
    expect(result.error?.message).toContain('out of memory');
  });

  test('offers exactly the functions of the profile', () => {
    let names: string[] = [];
    runTasklet(
      (imports) => {
        names = Object.entries(imports).flatMap(([module, functions]) =>
          Object.keys(functions).map((name) => `${module}.${name}`),
        );
        return { ok: false, error: 'seen enough' };
      },
      orderOf(),
      () => undefined,
    );
    const profile = [...ALLOWED_IMPORTS].flatMap(([module, functions]) =>
      [...functions.keys()].map((name) => `${module}.${name}`),
    );
    expect(names.sort()).toEqual(profile.sort());
  });
});

describe('why a run stopped is read from its fuel', () => {
  const stoppedAt = (fuelLeft: bigint) =>
    runFake(({ fuel }) => ({
      run: () => {
        fuel.value = fuelLeft;
        return trap();
      },
    }));

  test.each([
    ['trapped', BigInt(FUEL), 0],
    ['trapped', 400n, 600],
    ['trapped', 0n, FUEL],
    ['fuel_exhausted', -1n, FUEL],
    ['fuel_exhausted', -(2n ** 62n), FUEL],
    ['stack_exhausted', -(2n ** 62n) - 1n, undefined],
    ['stack_exhausted', -(2n ** 63n) + 400n, 600],
    ['stack_exhausted', -(2n ** 63n), FUEL],
  ])('%s at %i', (code, fuelLeft, fuelUsed) => {
    const result = stoppedAt(fuelLeft);
    expect(result.error?.code).toBe(code);
    if (fuelUsed !== undefined) expect(result.fuelUsed).toBe(fuelUsed);
  });

  test('an import that cannot be paid for ends it as fuel_exhausted, with the budget as its cost', () => {
    const result = runFake(
      () => ({
        run: (call) => {
          call('output_write', 0, 64);
          call('output_write', 0, 65);
          return 0;
        },
      }),
      { fuelLimit: 2 },
    );
    expect(result).toMatchObject({ status: 'failed', fuelUsed: 2, error: { code: 'fuel_exhausted' } });
    expect(result.output.length).toBe(0);
  });
});

describe('the response', () => {
  const responding = (text: string, status = 0) =>
    runFake(({ memory }) => ({
      run: (call) => {
        const bytes = utf8(text);
        new Uint8Array(memory.buffer).set(bytes);
        call('response_write', 0, bytes.length);
        return status;
      },
    }));

  test.each(['{"a":[1,2]}', 'null', '0', '"ü"', ' 1 '])('%s is one JSON value', (text) => {
    expect(responding(text)).toMatchObject({ status: 'succeeded', responseText: text });
  });

  test.each(['{', '', '1 2', 'undefined', '{"a":1,}', "'a'"])('%j is not, and the run fails', (text) => {
    const result = responding(text);
    expect(result).toMatchObject({ status: 'failed', error: { code: 'response_invalid' } });
    expect(result).not.toHaveProperty('responseText');
  });

  test('that is not UTF-8 is not JSON', () => {
    const result = runFake(({ memory }) => ({
      run: (call) => {
        new Uint8Array(memory.buffer).set([0x22, 0xff, 0x22]);
        call('response_write', 0, 3);
        return 0;
      },
    }));
    expect(result.error?.code).toBe('response_invalid');
  });

  test.each([
    ['{"error":{"message":"no such file"}}', 'error code 4: no such file'],
    ['{"error":{"message":7}}', 'error code 4'],
    ['{"error":"text"}', 'error code 4'],
    ['null', 'error code 4'],
    [JSON.stringify({ error: { message: 'x'.repeat(5_000) } }), `error code 4: ${'x'.repeat(500)}`],
  ])('%s of a failed run lends it a sentence of its own', (text, end) => {
    expect(responding(text, 4).error?.message).toMatch(new RegExp(`${end}$`));
  });

  test('of a failed run is kept, and its output is not taken for a result', () => {
    const result = runFake(({ memory }) => ({
      run: (call: Call) => {
        new Uint8Array(memory.buffer).set(utf8('{"why":1}'));
        call('response_write', 0, 9);
        call('output_write', 0, 9);
        call('log', 3, 0, 5);
        return 4;
      },
    }));
    expect(result).toMatchObject({ status: 'failed', responseText: '{"why":1}', log: ['[error] {"why'] });
    expect(result.output.length).toBe(0);
  });
});

describe('what a run says on its way', () => {
  test('reaches the one who waits for it', () => {
    const seen: [number, number][] = [];
    let statuses: unknown[] = [];
    runFake(
      () => ({
        run: (call) => {
          statuses = [call('progress', 1, 3), call('progress', 4, 3)];
          return 0;
        },
      }),
      {},
      (done, total) => seen.push([done, total]),
    );
    expect(seen).toEqual([[1, 3]]);
    expect(statuses).toEqual([STATUS.ok, STATUS.invalidArgument]);
  });
});
