import { fork, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { assert, type Bytes } from '../../../core/index.ts';

const PROCESS_FILE = fileURLToPath(new URL('./asc-process.mjs', import.meta.url));
const COMPILE_MS_MAX = 120_000;

const messageSchema = v.variant('kind', [
  v.object({ kind: v.literal('read'), id: v.number(), name: v.string() }),
  v.object({
    kind: v.literal('done'),
    diagnostics: v.array(
      v.object({
        message: v.string(),
        category: v.number(),
        place: v.nullish(v.object({ start: v.number(), file: v.string() })),
      }),
    ),
    error: v.optional(v.string()),
    binary: v.optional(v.instance(Uint8Array)),
  }),
]);

/** One thing the compiler says about a source. */
export interface AscDiagnostic {
  readonly message: string;
  /** 3 is an error. */
  readonly category: number;
  /** File as the compiler names it, and the offset in UTF-16 units. */
  readonly place?: { readonly start: number; readonly file: string } | null | undefined;
}

export interface AscJob {
  readonly args: readonly string[];
  readonly init: {
    readonly startExport: string;
    readonly functionName: string;
    readonly internalName: string;
    readonly exportName: string;
  };
  /** Text of a source, or null when there is none by that name. */
  readonly readText: (name: string) => Promise<string | null>;
}

export interface AscOutcome {
  readonly diagnostics: readonly AscDiagnostic[];
  readonly binary?: Bytes;
  /** Why there is no binary, when the diagnostics do not say it. */
  readonly error?: string;
}

/** The AssemblyScript compiler, started when first used and kept until closed. One job at a time. */
export class AscProcess {
  private child: ChildProcess | undefined;
  private isBusy = false;

  compile(job: AscJob): Promise<AscOutcome> {
    return this.takeTurn(job, { kind: 'compile', args: job.args, init: job.init });
  }

  /** A module in text form to its bytes. */
  assemble(text: string): Promise<AscOutcome> {
    return this.takeTurn({ readText: () => Promise.resolve(null) }, { kind: 'assemble', text });
  }

  close(): void {
    this.child?.kill();
    this.child = undefined;
  }

  private async takeTurn(job: Pick<AscJob, 'readText'>, message: object): Promise<AscOutcome> {
    assert(!this.isBusy, 'the compiler takes one job at a time');
    this.isBusy = true;
    try {
      return await this.runJob(job, message);
    } finally {
      this.isBusy = false;
    }
  }

  private async runJob(job: Pick<AscJob, 'readText'>, message: object): Promise<AscOutcome> {
    const child = (this.child ??= startChild());
    let deadline: NodeJS.Timeout | undefined;
    const outcome = await new Promise<AscOutcome>((resolve) => {
      const giveUp = (error: string): void => {
        if (this.child === child) this.close();
        resolve({ diagnostics: [], error });
      };
      deadline = setTimeout(() => giveUp('the compiler took too long'), COMPILE_MS_MAX);
      child.on('exit', () => giveUp('the compiler crashed on this source'));
      child.on('error', (error) => giveUp(`the compiler could not be started: ${error.message}`));
      child.on('message', (received) => void this.receive(child, job, received, resolve));
      child.send(message);
    });
    clearTimeout(deadline);
    child.removeAllListeners();
    return outcome;
  }

  private async receive(
    child: ChildProcess,
    job: Pick<AscJob, 'readText'>,
    received: unknown,
    resolve: (outcome: AscOutcome) => void,
  ): Promise<void> {
    const message = v.parse(messageSchema, received);
    if (message.kind === 'read') {
      const text = await job.readText(message.name);
      if (child.connected) child.send({ kind: 'text', id: message.id, text });
      return;
    }
    const { diagnostics, error, binary } = message;
    resolve({
      diagnostics,
      ...(error === undefined ? {} : { error }),
      ...(binary === undefined ? {} : { binary: new Uint8Array(binary) }),
    });
  }
}

/** The compiler's version, without starting it. */
export async function ascVersion(): Promise<string> {
  const path = createRequire(import.meta.url).resolve('assemblyscript/package.json');
  return v.parse(v.object({ version: v.string() }), JSON.parse(await readFile(path, 'utf8'))).version;
}

function startChild(): ChildProcess {
  // No inherited flags: they would bring the TypeScript loader along.
  const child = fork(PROCESS_FILE, [], { execArgv: [], serialization: 'advanced', stdio: 'ignore' });
  child.unref();
  child.channel?.unref();
  return child;
}
