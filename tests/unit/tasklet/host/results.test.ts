import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../../src/core/index.ts';
import { STATUS } from '../../../../src/tasklet/index.ts';
import { EVENT } from '../../../../src/wire/index.ts';
import { idOf } from '../../../support/index.ts';
import { Imports, LIMITS } from './bench.ts';

const BIG_FUEL = Number.MAX_SAFE_INTEGER;

/** Writes `total` bytes in pieces of 60,000 and answers the last status. */
function fill(imports: Imports, name: string, total: number): number | bigint {
  let status: number | bigint = STATUS.ok;
  for (let written = 0; written < total; written += 60_000) {
    status = imports.call(name, 0, Math.min(60_000, total - written));
  }
  return status;
}

describe('the output', () => {
  test('is everything written, in order, as it was when it was written', () => {
    const imports = new Imports();
    for (const word of ['one ', 'two ', 'three']) {
      imports.poke(0, utf8(word));
      imports.call('output_write', 0, word.length);
    }
    expect(imports.host.record().output).toEqual(utf8('one two three'));
  });

  test('is bounded: the byte too many writes nothing and says so, and less still fits', () => {
    const imports = new Imports({ fuelLimit: BIG_FUEL });
    expect(fill(imports, 'output_write', LIMITS.outputBytesMax - 1)).toBe(STATUS.ok);
    const { value } = imports.fuel;
    expect(imports.call('output_write', 0, 2)).toBe(STATUS.capacityExceeded);
    expect(imports.fuel.value).toBe(value);
    expect(imports.call('output_write', 0, 1)).toBe(STATUS.ok);
    expect(imports.host.record().output.length).toBe(LIMITS.outputBytesMax);
  });

  test('may come in very many small pieces', () => {
    const imports = new Imports({ fuelLimit: BIG_FUEL });
    imports.poke(0, new Uint8Array([7]));
    for (let piece = 0; piece < 300_000; piece++) imports.call('output_write', 0, 1);
    const { output } = imports.host.record();
    expect(output.length).toBe(300_000);
    expect(output.every((byte) => byte === 7)).toBe(true);
  });

  test('of very many empty pieces is empty, and costs the cell no memory', () => {
    const imports = new Imports({ fuelLimit: BIG_FUEL });
    for (let piece = 0; piece < 300_000; piece++) imports.call('output_write', 0, 0);
    expect(imports.host.record().output.length).toBe(0);
  });
});

describe('the response', () => {
  test('is the text written, absent when nothing was', () => {
    const imports = new Imports();
    expect(imports.host.record().responseText).toBeUndefined();
    imports.poke(0, utf8('{"ü":1}'));
    imports.call('response_write', 0, 3);
    imports.call('response_write', 3, 5);
    expect(imports.host.record().responseText).toBe('{"ü":1}');
  });

  test('is bounded', () => {
    const imports = new Imports({ fuelLimit: BIG_FUEL });
    expect(fill(imports, 'response_write', LIMITS.responseBytesMax)).toBe(STATUS.ok);
    expect(imports.call('response_write', 0, 1)).toBe(STATUS.capacityExceeded);
    expect(imports.host.record().responseText?.length).toBe(LIMITS.responseBytesMax);
  });

  test('may come in very many pieces', () => {
    const imports = new Imports({ fuelLimit: BIG_FUEL });
    imports.poke(0, utf8('1'));
    for (let piece = 0; piece < 300_000; piece++) imports.call('response_write', 0, piece < 50 ? 1 : 0);
    expect(imports.host.record().responseText).toBe('1'.repeat(50));
  });
});

describe('the most that a tasklet may say', () => {
  const finished = (imports: Imports) => {
    const { log, output, responseText } = imports.host.record();
    return EVENT.runFinished.read(
      EVENT.runFinished.write({
        runId: idOf.run('a'),
        outcome: {
          status: 'succeeded',
          ...(responseText === undefined ? {} : { responseText }),
          output: idOf.content('b'),
          outputBytes: output.length,
          fuelUsed: 1,
          admittedMs: 0,
          runMs: 0,
          log: [...log],
          publicKey: new Uint8Array(32),
          signature: new Uint8Array(64),
        },
      }),
    );
  };

  test('a run that logs more lines than are kept still delivers its outcome', () => {
    const imports = new Imports({ fuelLimit: BIG_FUEL });
    for (let line = 0; line < LIMITS.logLinesMax + 1; line++) imports.call('log', 1, 0, 1);
    expect(finished(imports).ok).toBe(true);
  });

  test('a run that logs one line as long as the log still delivers its outcome', () => {
    const imports = new Imports({ fuelLimit: BIG_FUEL });
    imports.call('log', 1, 0, LIMITS.logBytesMax);
    expect(imports.host.record().log.length).toBe(1);
    expect(finished(imports).ok).toBe(true);
  });

  test('a run that fills log, response and output still delivers its outcome', () => {
    const imports = new Imports({ fuelLimit: BIG_FUEL });
    for (let line = 0; line < LIMITS.logLinesMax + 9; line++) imports.call('log', 1, 0, 256);
    fill(imports, 'response_write', LIMITS.responseBytesMax);
    fill(imports, 'output_write', LIMITS.outputBytesMax);
    expect(finished(imports).ok).toBe(true);
  });
});
