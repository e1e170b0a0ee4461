import { execFile, type ChildProcess } from 'node:child_process';
import { mkdirSync, symlinkSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';

const GRAFOS = resolve(import.meta.dirname, '../../../bin/grafos.js');

/** The page is built once for all tests of the same sources. */
const PAGES = join(tmpdir(), 'grafos-test-pages');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The `grafos` command, with a state folder of this test's own below `home`. */
export class Command {
  readonly #stateFolder: string;

  constructor(home: string) {
    this.#stateFolder = join(home, 'state');
    mkdirSync(this.#stateFolder, { recursive: true });
    mkdirSync(PAGES, { recursive: true });
    symlinkSync(PAGES, join(this.#stateFolder, 'pages'));
  }

  /** Runs it in `directory`. */
  run(directory: string, ...words: readonly string[]): Promise<Ran> {
    return this.#start(directory, words).ran;
  }

  /** Runs it, and ends it by Ctrl-C as soon as `file` is in its state folder. */
  async stop(directory: string, file: string, ...words: readonly string[]): Promise<Ran> {
    const watcher = watch(this.#stateFolder);
    const running = this.#start(directory, words);
    watcher.on('change', (_event, name) => {
      if (name === file) running.child.kill('SIGINT');
    });
    const ran = await running.ran;
    watcher.close();
    return ran;
  }

  /** What it prints when it ends well. */
  async well(directory: string, ...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(directory, ...words);
    expect(code, `grafos ${words.join(' ')}: ${stderr}`).toBe(0);
    return stdout;
  }

  #start(directory: string, words: readonly string[]): { readonly child: ChildProcess; readonly ran: Promise<Ran> } {
    const env = { ...process.env, GRAFOS_STATE_DIR: this.#stateFolder };
    const child = execFile(process.execPath, [GRAFOS, ...words], { cwd: directory, env });
    const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => (stream === null ? '' : text(stream)));
    const ran = new Promise<number>((done) => child.once('close', (code) => done(code ?? -1))).then(async (code) => {
      return { code, stdout: (await stdout) ?? '', stderr: (await stderr) ?? '' };
    });
    return { child, ran };
  }
}
