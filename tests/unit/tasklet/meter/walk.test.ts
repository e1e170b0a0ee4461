import { describe, expect, it } from 'vitest';
import { opcodeName, readModule, Validator } from '../../../../src/tasklet/wasm/index.ts';
import { I, moduleOfFunctions } from './metered.ts';

/** What a visitor is shown of the only function, each with how many before it were passed over, and its operands. */
function walked(code: readonly number[]): { shown: string[]; operandsMax: number } {
  const read = readModule(moduleOfFunctions([{ code }]));
  if (!read.ok) throw new Error(read.error.message);
  const validator = new Validator(read.value);
  const shown: string[] = [];
  const validated = validator.validateBody(0, {
    visit: ({ opcode }, passed, reachable) =>
      shown.push(`${passed} ${opcodeName(opcode)}${reachable ? '' : ' (dead)'}`),
  });
  if (!validated.ok) throw new Error(validated.error.message);
  return { shown, operandsMax: validator.operandsMax };
}

describe('the walk over a body', () => {
  it('passes over what only computes', () => {
    const { shown, operandsMax } = walked([I.get, 0, I.i32, 1, I.i32, 0xff, 0x7f, I.add, I.add, I.drop, I.get, 0]);
    expect(shown).toEqual(['5 drop', '1 end']);
    expect(operandsMax).toBe(3);
  });

  it('leaves to its own way what is longer than usual, or takes operands that no code ever gives', () => {
    const longest = [I.i32, 0xff, 0xff, 0xff, 0xff, 0x07];
    expect(walked([...longest, I.set, 0, I.get, 0]).shown).toEqual(['0 i32.const', '2 end']);
    expect(walked([I.get, 0x80, 0]).shown).toEqual(['0 local.get', '0 end']);
    expect(walked([I.unreachable, I.add]).shown).toEqual(['0 unreachable', '0 i32.add (dead)', '0 end (dead)']);
  });

  it('refuses what is wrong all the same', () => {
    expect(() => walked([I.get, 1])).toThrow('unknown local 1');
    expect(() => walked([I.i32, 1, I.add])).toThrow('found nothing');
    expect(() => walked([0x42, 1, I.eqz])).toThrow('expected i32, found i64');
    expect(() => walked([I.get, 0, 0x28, 3, 0])).toThrow('alignment');
    expect(() => walked([0x23, 0])).toThrow('unknown global 0');
  });
});
