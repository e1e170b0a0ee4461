import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { parseFabricUrl } from '../../../src/sdk/index.ts';

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a person does; `until` ends it with Ctrl-C as soon as its standard output says so. */
function grafos(words: readonly string[], until?: (stdout: string) => boolean): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/grafos.js', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (until?.(stdout) === true) child.kill('SIGINT');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('grafos', { timeout: 60_000 }, () => {
  test('a wrong word names the right one', async () => {
    const { code, stdout, stderr } = await grafos(['demmo']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Did you mean demo?');
  });

  test('an unknown program is one typed object in --json', async () => {
    const { code, stdout } = await grafos(['demo', 'image-inof', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'program_unknown' } });
    expect(stdout).toContain('Did you mean image-info?');
    expect(stdout).toContain('"recovery":');
  });

  test('every command has an example, and is completed', async () => {
    const { COMMANDS } = await import('../../../src/cli/commands/index.ts');
    const { stdout: completion } = await grafos(['completion', 'bash']);
    for (const [name, command] of COMMANDS) {
      const usage = await (await command.load()).usage();
      expect(usage).toMatch(new RegExp(`EXAMPLE\\n\\n  .*grafos ${name}`));
      expect(completion).toContain(`"${name}") words="`);
    }
  });

  test('a tasklet that works on a lease is not run by itself', async () => {
    const { code, stdout } = await grafos(['demo', 'image-pipeline', '--tasklet', 'thumbnail', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'tasklet_needs_lease' } });
    expect(stdout).toContain('(sheet)');
  });

  test('--help is plain text when nobody watches, with the exit codes', async () => {
    const { code, stdout } = await grafos(['demo', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--cells');
    expect(stdout).toContain('Exit codes:');
    expect(stdout).not.toContain('\u001b');
  });

  test('serve --json prints where to join, and ends cleanly on Ctrl-C', async () => {
    const { code, stdout } = await grafos(['serve', '--json', '--port', '0'], (text) => text.includes('\n'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ lanUrls: [], mode: 'development' });
    expect(stdout).toMatch(/"url":"http:\/\/localhost:\d+\/"/);
    const joinUrl = /"joinUrl":"([^"]+)"/.exec(stdout)?.[1] ?? '';
    expect(parseFabricUrl(joinUrl)).toMatchObject({ ok: true, value: { name: 'home' } });
  });

  test('a port in use is a typed error', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, 'localhost', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { code, stdout } = await grafos(['serve', '--json', '--port', port]);
    other.close();
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'port_in_use' } });
  });
});
