import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
    const env = { ...process.env, GRAFOS_STATE_DIR: this.#stateFolder };
    return new Promise((done) => {
      execFile(process.execPath, [GRAFOS, ...words], { cwd: directory, env }, (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
      });
    });
  }

  /** What it prints when it ends well. */
  async well(directory: string, ...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(directory, ...words);
    expect(code, `grafos ${words.join(' ')}: ${stderr}`).toBe(0);
    return stdout;
  }
}
