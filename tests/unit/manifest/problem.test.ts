import { expect, test } from 'vitest';
import { formatManifestProblem } from '../../../src/manifest/index.ts';

test('prints as editors like it', () => {
  const problem = { code: 'unknown_key', message: 'x is not a key', line: 4, column: 2 } as const;
  expect(formatManifestProblem(problem)).toBe('grafos.toml:4:2: x is not a key');
  expect(formatManifestProblem({ code: 'too_large', message: 'too large' }, 'a/grafos.toml')).toBe(
    'a/grafos.toml: too large',
  );
});
