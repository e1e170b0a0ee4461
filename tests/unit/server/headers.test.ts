import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { DEVELOPMENT_HEADERS, PAGE_POLICY, PRODUCTION_HEADERS } from '../../../src/cli/server/index.ts';

describe('the policy of the built page', () => {
  test('lets no text become code and no third party in', () => {
    const sources = (name: string): string => new RegExp(`${name} ([^;]*)`).exec(PAGE_POLICY)?.[1] ?? '';
    expect(sources('script-src')).toBe("'self' 'wasm-unsafe-eval'");
    expect(sources('default-src')).toBe("'self'");
    expect(PAGE_POLICY).not.toMatch(/https?:|\*| 'unsafe-eval'/);
  });

  test('is the same for static hosts', async () => {
    const lines = (await readFile('public/_headers', 'utf8')).split('\n');
    const expected = Object.entries(PRODUCTION_HEADERS).map(([name, value]) => `  ${name}: ${value}`);
    expect(lines.filter((line) => line.startsWith('  '))).toEqual(expected);
    expect(lines).toContain('/*');
  });
});

test('developing needs inline scripts, never eval', () => {
  expect(DEVELOPMENT_HEADERS['Content-Security-Policy']).not.toContain(" 'unsafe-eval'");
});
