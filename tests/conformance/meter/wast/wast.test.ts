import { afterAll, describe, expect, it } from 'vitest';
import { FUEL_GLOBAL, meterModule } from '../../../../src/tasklet/meter/index.ts';
import { exportedCounter } from '../engine.ts';
import { runScript, UNMETERED, type Preparation } from './runner.ts';
import { findSuite, loadScript, scriptNames } from './suite.ts';

const AMPLE_FUEL = 2n ** 62n - 1n;
const OUT_OF_FUEL_MIN = -(2n ** 62n);

const METERED: Preparation = {
  prepare(bytes) {
    const metered = meterModule(bytes);
    return metered.ok ? { bytes: new Uint8Array(metered.value.bytes) } : { refused: JSON.stringify(metered.error) };
  },
  refill: (instance) => {
    exportedCounter(instance, FUEL_GLOBAL).value = AMPLE_FUEL;
  },
  isExhausted: (instances) =>
    instances.some((instance) => exportedCounter(instance, FUEL_GLOBAL).value < OUT_OF_FUEL_MIN),
};

const suite = findSuite();

if ('missing' in suite) {
  describe.skip(`the WebAssembly test suite (${suite.missing})`, () => {
    it('gives the same answers metered and unmetered', () => undefined);
  });
} else {
  describe('the WebAssembly test suite', () => {
    const counted = new Map<string, number>();
    afterAll(() => {
      const figures = [...counted].map(([verdict, count]) => `${count} ${verdict}`);
      console.log(`commands of the suite, metered: ${figures.join('; ')}`);
    });

    it.each(scriptNames(suite.folder))('%s: the same answers metered and unmetered', { timeout: 60_000 }, (name) => {
      const script = loadScript(suite.folder, name);
      if ('unreadable' in script) return expect.fail(`wast2json cannot read it: ${script.unreadable}`);
      const plain = runScript(script, UNMETERED);
      const metered = runScript(script, METERED);
      for (const verdict of metered) counted.set(verdict, (counted.get(verdict) ?? 0) + 1);
      const differing = script.commands.flatMap(({ line, type }, index) =>
        plain[index] === metered[index]
          ? []
          : [`${line} ${type}: ${metered[index] ?? ''}, unmetered ${plain[index] ?? ''}`],
      );
      expect(differing).toEqual([]);
      const failing = script.commands.flatMap(({ line, type }, index) => {
        const verdict = plain[index] ?? '';
        return verdict === 'pass' || verdict.startsWith('skip') ? [] : [`${line} ${type}: ${verdict}`];
      });
      expect(failing, 'on the engine alone').toEqual([]);
    });
  });
}
