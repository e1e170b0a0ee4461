import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { meterModule } from '../../../../src/tasklet/meter/index.ts';
import { readModule, validateModule, WASM_LIMITS } from '../../../../src/tasklet/wasm/index.ts';
import { I, moduleOfFunctions } from './metered.ts';

const BUILD = fileURLToPath(new URL('../../../../src/tasklet/meter/machine/assembly/build.mjs', import.meta.url));

/** Bodies that are wrong in their own way each: what the machine finds wrong, the validator must be able to name. */
const WRONG: readonly (readonly [what: string, code: readonly number[]])[] = [
  ['a local that is not there', [I.get, 1]],
  ['a local that the meter will add', [I.get, 0, I.loop, I.empty, I.end, I.drop, 0x42, 1, I.set, 1, I.get, 0]],
  ['a global that the meter will add', [0x23, 0, I.drop, I.get, 0]],
  ['a function that the meter will add', [I.get, 0, I.call, 1]],
  ['a type that the meter will add', [I.block, 1, I.end, I.get, 0]],
  ['an operand too few', [I.i32, 1, I.add]],
  ['an operand of another type', [0x42, 1, I.eqz]],
  ['an operand too many', [I.get, 0, I.get, 0]],
  ['an alignment beyond the natural', [I.get, 0, 0x28, 3, 0]],
  ['a label that is not there', [I.get, 0, I.br, 1]],
  ['a label of the meter’s own blocks', [I.loop, I.empty, I.br, 3, I.end, I.get, 0]],
  ['an else without an if', [I.block, I.int, I.get, 0, I.else, I.get, 0, I.end]],
  ['an if without an else that gives a value', [I.get, 0, I.get, 0, I.if, I.int, I.get, 0, I.end]],
  ['targets that take different counts', [I.block, I.empty, I.get, 0, I.get, 0, I.brTable, 1, 0, 1, I.end, I.get, 0]],
  ['a number too long', [I.i32, 0xff, 0xff, 0xff, 0xff, 0xff, 0, I.drop, I.get, 0]],
  ['a number too large', [I.i32, 0xff, 0xff, 0xff, 0xff, 0x4f]],
  ['an end too early', [I.get, 0, I.end, I.nop]],
  ['no end', [I.block, I.empty, I.get, 0]],
  ['an opcode that does not exist', [I.get, 0, 0xc5]],
  ['wrong code that is never reached', [I.unreachable, 0x42, 1, I.eqz]],
];

/** As often as `times` a block in which nothing is. */
function emptyBlocks(times: number): number[] {
  return Array.from({ length: times }, () => [I.block, I.empty, I.end]).flat();
}

describe('the machine', () => {
  it('is what its sources make', { timeout: 120_000 }, () => {
    expect(() => execFileSync(process.execPath, [BUILD, '--check'])).not.toThrow();
  });

  it.each(WRONG)('refuses %s, and the validator says why', (_what, code) => {
    const bytes = moduleOfFunctions([{ code }]);
    expect(WebAssembly.validate(new Uint8Array(bytes))).toBe(false);
    const read = readModule(bytes);
    if (!read.ok) throw new Error(read.error.message);
    expect(meterModule(bytes)).toEqual(validateModule(read.value));
  });

  it('takes any operands in code that is never reached', () => {
    const code = [I.unreachable, I.add, I.add, I.eqz];
    expect(meterModule(moduleOfFunctions([{ code }])).ok).toBe(true);
  });

  it('remembers nothing of the modules before', () => {
    const modules = [
      moduleOfFunctions([{ code: [I.get, 0] }]),
      moduleOfFunctions([{ locals: 3, code: [I.loop, I.empty, I.get, 0, I.brIf, 0, I.end, I.get, 3] }]),
      moduleOfFunctions([{ code: [...emptyBlocks(50_000), I.get, 0, I.memoryGrow, 0] }]),
      moduleOfFunctions([{ code: [I.get, 1] }]),
    ];
    const before = modules.map((bytes) => meterModule(bytes));
    const after = modules.toReversed().map((bytes) => meterModule(bytes));
    expect(after.toReversed()).toEqual(before);
  });

  it('bounds what it keeps of one function', () => {
    const blocks = WASM_LIMITS.controlMax / 2;
    const fitting = moduleOfFunctions([{ code: [...emptyBlocks(blocks - 1), I.get, 0] }]);
    expect(meterModule(fitting).ok).toBe(true);
    const larger = moduleOfFunctions([{ code: [...emptyBlocks(blocks), I.get, 0] }]);
    expect(meterModule(larger)).toMatchObject({ ok: false, error: { code: 'limit_exceeded' } });
  });

  it('bounds the size of a module', () => {
    const bytes = moduleOfFunctions([{ code: [I.get, 0] }]);
    const padded = (size: number): Uint8Array => {
      const content = size - bytes.length - 5;
      const sized = [0, 1, 2, 3].map((place) => ((content >>> (7 * place)) & 0x7f) | (place < 3 ? 0x80 : 0));
      const out = new Uint8Array(size);
      out.set(bytes);
      out.set([0, ...sized], bytes.length);
      return out;
    };
    const limit = WASM_LIMITS.meteredBytesMax;
    expect(meterModule(padded(limit))).toMatchObject({ ok: true });
    expect(meterModule(padded(limit + 1))).toMatchObject({ ok: false, error: { code: 'limit_exceeded' } });
  });
});
