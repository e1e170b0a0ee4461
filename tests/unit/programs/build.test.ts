import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildCatalog, buildProgram, CATALOG_URL, findPrograms } from '../../../src/cli/build/index.ts';
import { fromUtf8, type Result } from '../../../src/core/index.ts';

const MANIFEST = '[program]\nname = "sample"\nversion = "0.1.0"\n[tasklet.echo]\nsource = "src/tasklets/echo.ts"\n';
const ECHO = `import { Output } from 'grafos-std';
export function echo(input: Uint8Array): Output {
  return Output.bytes(input);
}
`;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grafos-build-'));
  await put('grafos.toml', MANIFEST);
  await put('src/tasklets/echo.ts', ECHO);
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('a build', { timeout: 240_000 }, () => {
  test('names the module by its hash, under .grafos/tasklets', async () => {
    const built = value(await buildProgram(directory));
    expect(built.tasklets.map(({ path }) => path)).toStrictEqual([
      join(directory, '.grafos', 'tasklets', `${built.tasklets[0]?.module ?? ''}.wasm`),
    ]);
    expect(await readdir(join(directory, '.grafos', 'tasklets'))).toHaveLength(1);
  });

  test('gives the same bytes in another directory', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'grafos-build-elsewhere-'));
    await cp(directory, elsewhere, { recursive: true });
    const first = value(await buildProgram(directory));
    const second = value(await buildProgram(elsewhere));
    await rm(elsewhere, { recursive: true });
    expect(second.tasklets[0]?.module).toBe(first.tasklets[0]?.module);
  });

  test('compiles again only what has changed', async () => {
    await put('src/factor.ts', 'export const factor: i32 = 2;\n');
    await put(
      'src/tasklets/echo.ts',
      `import { factor } from '../factor';\n${ECHO.replace('input)', 'input.subarray(factor))')}`,
    );
    const first = value(await buildProgram(directory)).tasklets[0];
    const again = value(await buildProgram(directory)).tasklets[0];
    expect([first?.isReused, again?.isReused]).toStrictEqual([false, true]);
    expect(again?.module).toBe(first?.module);

    await put('src/factor.ts', 'export const factor: i32 = 3;\n');
    const changed = value(await buildProgram(directory)).tasklets[0];
    expect(changed?.isReused).toBe(false);
    expect(changed?.module).not.toBe(first?.module);

    await writeFile(changed?.path ?? '', 'damaged');
    const repaired = value(await buildProgram(directory)).tasklets[0];
    expect(repaired).toMatchObject({ isReused: false, module: changed?.module });
  });

  test('lists every source to watch', async () => {
    const { sources } = value(await buildProgram(directory));
    expect(sources).toContain(join(directory, 'grafos.toml'));
    expect(sources).toContain(join(directory, 'src/tasklets/echo.ts'));
    expect(sources.some((source) => source.endsWith('/src/guest/output.ts'))).toBe(true);
  });

  test('takes a .wasm as it is', async () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    await put('grafos.toml', MANIFEST.replace('src/tasklets/echo.ts', 'prebuilt/echo.wasm'));
    await put('prebuilt/echo.wasm', empty);
    const tasklet = value(await buildProgram(directory)).tasklets[0];
    expect(new Uint8Array(await readFile(tasklet?.path ?? ''))).toStrictEqual(empty);
  });
});

describe('a build that fails says where', { timeout: 240_000 }, () => {
  test('no manifest', async () => {
    await rm(join(directory, 'grafos.toml'));
    expect(await problems()).toMatchObject([{ code: 'manifest_missing', file: join(directory, 'grafos.toml') }]);
  });

  test('a manifest with a problem', async () => {
    await put('grafos.toml', `${MANIFEST}fule = 1\n`);
    expect(await problems()).toMatchObject([
      { code: 'manifest_invalid', line: 6, column: 1, message: 'tasklet.echo.fule is not a key; did you mean fuel?' },
    ]);
  });

  test('no source', async () => {
    await rm(join(directory, 'src/tasklets/echo.ts'));
    expect(await problems()).toMatchObject([{ code: 'source_missing', tasklet: 'echo' }]);
  });

  test('no function of that name', async () => {
    await put('src/tasklets/echo.ts', ECHO.replace('echo', 'eco'));
    expect(await problems()).toMatchObject([{ code: 'function_missing', message: 'exports no function echo' }]);
  });

  test('a function of another shape', async () => {
    await put('src/tasklets/echo.ts', 'export function echo(text: string): string {\n  return text;\n}\n');
    const found = await problems();
    expect(found[0]?.code).toBe('function_missing');
    expect(found[0]?.message).toContain('must have "export function echo(input: Uint8Array): Output"');
  });

  test('a mistake in the source', async () => {
    await put('src/tasklets/echo.ts', ECHO.replace('Output.bytes(input)', 'Output.bites(input)'));
    expect(await problems()).toMatchObject([
      { code: 'compile_error', file: join(directory, 'src/tasklets/echo.ts'), line: 3, column: 17 },
    ]);
  });

  test.each([
    ['Date.now()', 'use clock.now() of grafos-std'],
    ['performance.now()', 'use clock.now() or fuel.remaining() of grafos-std'],
  ])('%s, which no cell offers', async (call, advice) => {
    await put('src/tasklets/echo.ts', ECHO.replace('(input);', `(input.subarray(<i32>(${call} % 2)));`));
    const found = await problems();
    expect(found[0]).toMatchObject({ code: 'import_forbidden', tasklet: 'echo' });
    expect(found[0]?.message).toContain(advice);
  });

  test('console.log, which no cell offers', async () => {
    await put('src/tasklets/echo.ts', ECHO.replace('return', "console.log('hello');\n  return"));
    expect((await problems())[0]?.message).toContain('use log.info() of grafos-std');
  });

  test('a source outside the program', async () => {
    const outside = `${directory}-outside`;
    await mkdir(outside);
    await writeFile(join(outside, 'secret.ts'), ECHO);
    await symlink(outside, join(directory, 'src/linked'));
    await put('src/tasklets/echo.ts', `export { echo } from '../linked/secret';\n`);
    const linked = await problems();
    await put('src/tasklets/echo.ts', `export { echo } from '../../../${basename(outside)}/secret';\n`);
    const above = await problems();
    await rm(outside, { recursive: true });
    expect([linked[0]?.message, above[0]?.message].every((message) => message?.includes('not found'))).toBe(true);
  });

  test('a .wasm that is none', async () => {
    await put('grafos.toml', MANIFEST.replace('src/tasklets/echo.ts', 'echo.wasm'));
    await put('echo.wasm', 'not wasm');
    expect(await problems()).toMatchObject([{ code: 'module_invalid', file: join(directory, 'echo.wasm') }]);
  });

  test('several tasklets: all their problems at once', async () => {
    await put('grafos.toml', `${MANIFEST}[tasklet.other]\nsource = "src/tasklets/other.ts"\n`);
    await put('src/tasklets/echo.ts', 'export function echo(: {}\n');
    const tasklets = (await problems()).map(({ tasklet }) => tasklet);
    expect(new Set(tasklets)).toStrictEqual(new Set(['echo', 'other']));
  });
});

describe('the catalog', { timeout: 240_000 }, () => {
  test('holds programs, modules and fixtures by URL', async () => {
    await put('fixtures/a name.txt', 'hello');
    const catalog = await buildCatalog([directory]);
    expect(catalog.problems).toStrictEqual([]);
    const module = catalog.programs[0]?.tasklets[0]?.module ?? '';
    expect([...catalog.files.keys()]).toStrictEqual([
      `programs/${module}.wasm`,
      'programs/sample/fixtures/a%20name.txt',
      CATALOG_URL,
    ]);
    const listed = catalog.files.get(CATALOG_URL);
    expect(JSON.parse(listed?.kind === 'bytes' ? (fromUtf8(listed.bytes) ?? '') : '')).toStrictEqual(catalog.programs);
    expect(catalog.programs).toStrictEqual([
      {
        name: 'sample',
        version: '0.1.0',
        title: 'sample',
        summary: '',
        lesson: '',
        tasklets: [
          {
            name: 'echo',
            summary: '',
            module,
            moduleUrl: `programs/${module}.wasm`,
            fuel: 500_000,
            memoryBytes: 33_554_432,
            deadlineMs: 30_000,
            leases: 0,
            outputType: 'application/octet-stream',
            inputTypes: [],
            priority: 'standard',
            recovery: {},
          },
        ],
        leases: [],
        graph: [],
        fixtures: [
          { name: 'a name.txt', url: 'programs/sample/fixtures/a%20name.txt', mediaType: 'text/plain', sizeBytes: 5 },
        ],
      },
    ]);
  });

  test('leaves out what cannot be built, and says why', async () => {
    await put('good/grafos.toml', MANIFEST);
    await put('good/src/tasklets/echo.ts', ECHO);
    await put('twin/grafos.toml', MANIFEST);
    await put('twin/src/tasklets/echo.ts', ECHO);
    await put('bad/grafos.toml', 'nonsense');
    await put('none/readme.txt', 'no program here');
    const found = await findPrograms(directory);
    expect(found).toStrictEqual(['bad', 'good', 'twin'].map((name) => join(directory, name)));
    const catalog = await buildCatalog(found);
    expect(catalog.programs.map(({ name }) => name)).toStrictEqual(['sample']);
    expect(catalog.problems.map(({ code }) => code)).toStrictEqual(['manifest_invalid', 'program_duplicate']);
  });
});

async function put(name: string, contents: string | Uint8Array): Promise<void> {
  const file = join(directory, name);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, contents);
}

async function problems() {
  const built = await buildProgram(directory);
  return built.ok ? [] : built.error;
}

function value<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
