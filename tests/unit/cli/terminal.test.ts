import { describe, expect, test } from 'vitest';
import { FabricError } from '../../../src/core/index.ts';
import {
  CommandError,
  formatBytes,
  renderTable,
  toCommandError,
  unknownName,
} from '../../../src/cli/terminal/index.ts';
import { nearestOf } from '../../../src/manifest/index.ts';

describe('nearest names', () => {
  const names = ['hello-tasklet', 'image-info', 'mandelbrot'];
  test.each([
    ['image-inf', 'image-info'],
    ['imageinfo', 'image-info'],
    ['hello', 'hello-tasklet'],
    ['mandlebrot', 'mandelbrot'],
    ['quicksort', undefined],
  ])('%s is meant to be %s', (wanted, nearest) => {
    expect(nearestOf(wanted, names)).toBe(nearest);
  });

  test('when nothing is near, all there is', () => {
    expect(unknownName('program', 'x', names)).toBe(
      'There is no program named x. There are: hello-tasklet, image-info, mandelbrot.',
    );
  });
});

test('a table sets numbers to the right and leaves no blanks at line ends', () => {
  const table = renderTable(
    ['name', 'fuel'],
    [
      ['a', '1,234'],
      ['bcd', '5'],
    ],
  );
  expect(table.split('\n')).toEqual(['name   fuel', '----  -----', 'a     1,234', 'bcd       5']);
});

test('sizes in the unit a person would choose', () => {
  expect([0, 1023, 1024, 32 * 1024 * 1024].map(formatBytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '32.0 MiB']);
});

describe('errors', () => {
  test('of the fabric keep their code and recovery', () => {
    const error = toCommandError(new FabricError({ code: 'wrong_key', message: 'no' }));
    expect(error.failure).toMatchObject({ code: 'wrong_key', message: 'no' });
    expect(error.failure.recovery).not.toBe('');
    expect(error.exitCode).toBe(1);
  });

  test('of the command have the exit code of their kind', () => {
    expect(CommandError.of('argument_invalid', 'x').exitCode).toBe(2);
    expect(CommandError.of('browser_missing', 'x').exitCode).toBe(3);
    expect(CommandError.of('interrupted', 'x').exitCode).toBe(130);
  });

  test('of nobody are internal', () => {
    expect(toCommandError('odd').failure).toMatchObject({ code: 'internal', message: 'odd' });
  });
});
