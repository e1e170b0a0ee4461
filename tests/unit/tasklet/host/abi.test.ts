import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '../../../../src/core/index.ts';
import { encodeContext, receiptBytes, STATUS } from '../../../../src/tasklet/index.ts';
import { idOf } from '../../../support/index.ts';

const context = {
  runId: idOf.run('1'),
  program: 'hello',
  tasklet: 'grüß',
  module: idOf.content('2'),
  input: idOf.content('3'),
  submittedWallMs: 1_700_000_000_000,
  fuelLimit: 500_000,
  memoryPagesMax: 512,
  leaseCount: 3,
};

describe('the context', () => {
  test('is these bytes', () => {
    expect(toHex(encodeContext(context))).toBe(
      [
        '00000000', // version
        '00000000', // flags
        '00002a36fe9c9717', // 1,700,000,000,000 ms in nanoseconds
        '20a1070000000000', // fuel
        '00020000', // pages
        '03000000', // leases
        '11'.repeat(16),
        '22'.repeat(32),
        '33'.repeat(32),
        '0500', // bytes of "hello"
        '0600', // bytes of "grüß"
        '68656c6c6f',
        '6772c3bcc39f',
      ].join(''),
    );
  });

  test('cuts the submission time to whole milliseconds, and carries the largest fuel exactly', () => {
    const bytes = encodeContext({ ...context, submittedWallMs: 1.9, fuelLimit: Number.MAX_SAFE_INTEGER });
    const view = new DataView(bytes.buffer);
    expect(view.getBigUint64(8, true)).toBe(1_000_000n);
    expect(view.getBigUint64(16, true)).toBe(2n ** 53n - 1n);
  });
});

describe('status codes', () => {
  test('are those of the document', async () => {
    const document = await readFile(new URL('../../../../src/tasklet/ABI.md', import.meta.url), 'utf8');
    const documented = [...document.matchAll(/^\| (0|-\d+) \| ([a-z_]+) \|/gm)].map(([, code, name = '']) => [
      name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      Number(code),
    ]);
    expect(Object.fromEntries(documented)).toEqual(STATUS);
  });
});

describe('a receipt', () => {
  const claims = {
    runId: idOf.run('1'),
    cell: idOf.cell('c'),
    module: idOf.content('2'),
    input: idOf.content('3'),
    output: idOf.content('4'),
    status: 'failed',
    errorCode: 'tasklet_error',
    responseHash: idOf.content('7'),
    fuelUsed: 7,
    fuelLimit: 9,
  } as const;

  test('is these lines', () => {
    expect(receiptBytes(claims)).toEqual(
      utf8(
        [
          'grafos-web receipt 1',
          `run ${'1'.repeat(32)}`,
          `cell ${'c'.repeat(32)}`,
          `module ${'2'.repeat(64)}`,
          `input ${'3'.repeat(64)}`,
          `output ${'4'.repeat(64)}`,
          'status failed',
          'error tasklet_error',
          `response ${'7'.repeat(64)}`,
          'fuel 7 of 9',
          '',
        ].join('\n'),
      ),
    );
  });

  test('says none for what there is not', () => {
    const bare = receiptBytes({ ...claims, errorCode: undefined, responseHash: undefined });
    expect(new TextDecoder().decode(bare)).toMatch(/\nerror none\nresponse none\n/);
  });

  test('changes with every claim', () => {
    const changes = [
      { runId: idOf.run('2') },
      { cell: idOf.cell('d') },
      { module: idOf.content('5') },
      { input: idOf.content('5') },
      { output: idOf.content('5') },
      { status: 'succeeded' as const },
      { errorCode: 'trapped' },
      { responseHash: idOf.content('8') },
      { fuelUsed: 8 },
      { fuelLimit: 10 },
    ];
    const all = [claims, ...changes.map((change) => ({ ...claims, ...change }))].map((each) =>
      toHex(receiptBytes(each)),
    );
    expect(new Set(all).size).toBe(changes.length + 1);
  });
});
