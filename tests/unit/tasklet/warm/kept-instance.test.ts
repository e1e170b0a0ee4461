import { describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '../../../../src/core/index.ts';
import { countingEcho, FakeModule, FUEL } from './kept.ts';

describe('an instance that is kept', () => {
  test('is made and begun once, keeps its memory from call to call, and ends once', () => {
    const log: string[] = [];
    const module = countingEcho(log);
    const kept = module.kept();
    expect(kept.open()).toMatchObject({ code: 'succeeded', fuelUsed: 5 });
    expect([...kept.call(utf8('a')).output]).toEqual([1, 97]);
    expect([...kept.call(utf8('b')).output]).toEqual([2, 98]);
    kept.finish();
    expect(module.made).toBe(1);
    expect(log).toEqual(['init', 'finalize 0']);
  });

  test('has the whole fuel for each call, and adds up what it spent', () => {
    const kept = countingEcho().kept();
    kept.open();
    const each = kept.call(utf8('x')).fuelUsed;
    expect(kept.call(utf8('x')).fuelUsed).toBe(each);
    expect(kept.fuelUsed).toBe(5 + 2 * each);
  });

  test('is fresh for each call when it was asked to be', () => {
    const log: string[] = [];
    const module = countingEcho(log);
    const kept = module.kept(true);
    kept.open();
    expect([...kept.call(utf8('a')).output]).toEqual([1, 97]);
    expect([...kept.call(utf8('b')).output]).toEqual([1, 98]);
    kept.finish();
    expect(log).toEqual(['init', 'finalize 0', 'init', 'finalize 0']);
  });

  test('that ran out of fuel is replaced: the next call begins anew, out of its own fuel', () => {
    const log: string[] = [];
    const module = new FakeModule(({ fuel, memory }) => ({
      init: () => {
        log.push('init');
        fuel.value -= 5n;
      },
      run: (call, inputBytes) => {
        const bytes = new Uint8Array(memory.buffer);
        bytes[0] = (bytes[0] ?? 0) + 1;
        if (inputBytes === 3) {
          fuel.value = -1n;
          throw new Error('unreachable');
        }
        call('output_write', 0, 1);
        return 0;
      },
    }));
    const kept = module.kept();
    kept.open();
    kept.call(utf8('a'));
    expect(kept.call(utf8('all'))).toMatchObject({ code: 'fuel_exhausted', fuelUsed: FUEL });
    const next = kept.call(utf8('a'));
    expect([...next.output]).toEqual([1]);
    expect(next.fuelUsed).toBe(6);
    expect(log).toEqual(['init', 'init']);
    expect(module.made).toBe(2);
  });

  test('says why it trapped, and what its own error was', () => {
    const kept = new FakeModule(() => ({
      run: (call, inputBytes) => {
        if (inputBytes === 0) throw new Error('divide by zero');
        call('output_write', 0, 60);
        return 7;
      },
    })).kept();
    kept.open();
    const trapped = kept.call(utf8(''));
    expect(trapped.code).toBe('trapped');
    expect(fromUtf8(trapped.output)).toContain('divide by zero');
    const own = kept.call(utf8('x'));
    expect(own.code).toBe('tasklet_error');
    expect(fromUtf8(own.output)).toContain('error code 7');
  });

  test('cannot write more than a call carries', () => {
    const said: (number | bigint)[] = [];
    const kept = new FakeModule(() => ({
      run: (call) => {
        said.push(call('output_write', 0, 61_440), call('output_write', 0, 1));
        return 0;
      },
    })).kept();
    kept.open();
    expect(kept.call(utf8('')).output.length).toBe(61_440);
    expect(said).toEqual([0, -4]);
  });

  test('knows a clock that goes on from call to call', () => {
    const times: (number | bigint)[] = [];
    const kept = new FakeModule(({ fuel }) => ({
      run: (call) => {
        fuel.value -= 10n;
        times.push(call('clock_now'));
        return 0;
      },
    })).kept();
    kept.open();
    kept.call(utf8(''));
    kept.call(utf8(''));
    expect(times).toEqual([1_700_000_000_000_000_010n, 1_700_000_000_000_000_020n]);
  });
});
