import { expect, test } from 'vitest';
import { AssertionError } from '../../../src/core/index.ts';
import { CountedResource } from '../../../src/lease/index.ts';
import { runProviderTests } from './contract.ts';

runProviderTests('worker slots', () => new CountedResource('cpu', 10, 'worker slots'));
runProviderTests('bytes of memory', () => new CountedResource('mem', 10, 'bytes'));

test.each([-1, 1.5, Number.NaN, Infinity])('a capacity of %d is a mistake of the program', (total) => {
  expect(() => new CountedResource('cpu', total, 'slots')).toThrow(AssertionError);
});
