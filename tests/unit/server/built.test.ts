import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchServer, type RunningServer } from '../../../src/cli/server/index.ts';
import { builtPage } from '../../../src/cli/server/page/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grafos-built-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A project whose page is one file, and how often that was built. */
async function project(name: string) {
  const root = join(folder, name);
  await mkdir(join(root, 'src'), { recursive: true });
  await writeFile(join(root, 'src', 'a.ts'), 'a');
  const counted = { builds: 0 };
  const build = async (outDir: string): Promise<void> => {
    counted.builds++;
    await mkdir(outDir, { recursive: true });
    await writeFile(join(outDir, 'index.html'), 'page');
  };
  return { root, counted, builds: { root, folder: join(root, 'pages'), build } };
}

describe('a build of the page', () => {
  test('is made once for the same sources, and again for others', async () => {
    const { root, counted, builds } = await project('once');
    const first = await builtPage(builds);
    await mkdir(join(root, 'src', 'program', '.grafos'), { recursive: true });
    await writeFile(join(root, 'src', 'program', '.grafos', 'built.wasm'), 'derived');
    expect(await builtPage(builds)).toBe(first);
    expect(counted.builds).toBe(1);
    await utimes(join(root, 'src', 'a.ts'), new Date(1), new Date(1));
    expect(await builtPage(builds)).not.toBe(first);
    expect(counted.builds).toBe(2);
  });

  test('that fails leaves nothing that could be taken for one', async () => {
    const { builds } = await project('fails');
    const build = async (outDir: string): Promise<void> => {
      await builds.build(outDir);
      throw new Error('half-way');
    };
    await expect(builtPage({ ...builds, build })).rejects.toThrow('half-way');
    expect(await readdir(builds.folder)).toEqual([]);
  });

  test('is kept while others come, but not all of them for ever', async () => {
    const { root, builds } = await project('many');
    for (let at = 1; at <= 5; at++) {
      await utimes(join(root, 'src', 'a.ts'), new Date(at), new Date(at));
      const made = await builtPage(builds);
      await utimes(made, new Date(at), new Date(at));
    }
    expect((await readdir(builds.folder)).length).toBeLessThanOrEqual(3);
  });
});

describe('the server of a built page', () => {
  let server: RunningServer;
  beforeAll(async () => {
    const { root, builds } = await project('served');
    const outDir = await builtPage(builds);
    await mkdir(join(outDir, 'assets'));
    await writeFile(join(outDir, 'assets', 'a-123.js'), 'export {};');
    await writeFile(join(outDir, '.hidden'), 'hidden');
    const options = { root, mode: 'production', isLan: false, port: 0, builds: builds.folder } as const;
    server = await launchServer({ ...options, say: () => undefined });
  });
  afterAll(() => server.close());

  test('gives files with the headers of a page, and asks for them again only if they may change', async () => {
    const page = await fetch(server.url);
    expect(await page.text()).toBe('page');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
    const tag = page.headers.get('etag') ?? '';
    expect((await fetch(server.url, { headers: { 'If-None-Match': tag } })).status).toBe(304);
    const script = await fetch(`${server.url}assets/a-123.js`);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect((await fetch(`${server.url}nothing`)).status).toBe(404);
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
  });

  test.each([
    '/../src/a.ts',
    '/%2e%2e/%2e%2e/src/a.ts',
    '/..%2f..%2fsrc/a.ts',
    '/.hidden',
    '/%00',
    '/a%5c..%5cb',
    '/%',
  ])('reads nothing outside of the page: %s', async (path) => {
    const { hostname, port } = new URL(server.url);
    const status = await new Promise((resolve, reject) => {
      const asked = request({ hostname, port, path }, (response) => resolve(response.statusCode));
      asked.on('error', reject).end();
    });
    expect(status).toBe(404);
  });

  test('introduces tabs and says how it is', async () => {
    expect(await (await fetch(`${server.url}peerjs/`)).json()).toMatchObject({ name: 'PeerJS Server' });
    expect(await (await fetch(`${server.url}api/health`)).json()).toMatchObject({ programs: { state: 'ready' } });
  });
});
