import { expect, test } from 'vitest';
import { ProgramShelf, type BuiltPrograms } from '../../../src/cli/vite/index.ts';

const NOTHING: BuiltPrograms = { files: new Map(), problems: [] };

test('a shelf says what became of the build', async () => {
  const shelf = new ProgramShelf(() => Promise.resolve(NOTHING));
  expect(shelf.state.state).toBe('building');
  await shelf.built();
  expect(shelf.state).toEqual({ state: 'ready', problems: [] });
});

test('a build that throws leaves its message, and the next one replaces it', async () => {
  const outcomes = [Promise.reject<BuiltPrograms>(new Error('no compiler')), Promise.resolve(NOTHING)];
  const shelf = new ProgramShelf(() => outcomes.shift() ?? Promise.resolve(NOTHING));
  await shelf.built();
  expect(shelf.state).toEqual({ state: 'failed', problems: ['no compiler'] });
  await shelf.rebuild();
  expect(shelf.state.state).toBe('ready');
});

test('builds never overlap', async () => {
  let running = 0;
  let atOnce = 0;
  const shelf = new ProgramShelf(async () => {
    atOnce = Math.max(atOnce, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    return NOTHING;
  });
  await Promise.all([shelf.rebuild(), shelf.rebuild(), shelf.rebuild()]);
  expect(atOnce).toBe(1);
});
