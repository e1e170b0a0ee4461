import { err, failure, fromUtf8, ok, type Env, type FabricFailure, type Result } from '../../src/core/index.ts';
import { SimKept, type Play } from '../../src/sim/ports/index.ts';
import {
  callFailed,
  callSucceeded,
  type AdmissionOrder,
  type AdmittedTasklet,
  type KeepOrder,
  type KeptTasklet,
  type RunningTasklet,
  type RunOrder,
  type TaskletEngine,
  type TaskletResult,
} from '../../src/tasklet/index.ts';
import { ManualTime } from './time.ts';

const WASM_PAGE_BYTES = 65_536;

/** A run at a scripted engine; the test or the script says how it ends. */
export class ScriptedRun implements RunningTasklet {
  readonly finished: Promise<TaskletResult>;
  readonly order: RunOrder;
  stoppedFor: FabricFailure | undefined;
  #settle: (result: TaskletResult) => void = () => undefined;

  constructor(order: RunOrder) {
    this.order = order;
    this.finished = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  succeed(more: Partial<TaskletResult> = {}): void {
    this.#settle({ status: 'succeeded', output: this.order.input, fuelUsed: 7, log: [], ...more });
  }

  fail(error: FabricFailure): void {
    this.#settle({ status: 'failed', error, output: new Uint8Array(0), fuelUsed: 3, log: [] });
  }

  stop(cause: FabricFailure): void {
    this.stoppedFor ??= cause;
    this.fail(cause);
  }
}

/** What a module does: its bytes are the name of a script, and what follows a blank is for the script to read. */
export type Script = (run: ScriptedRun, argument: string) => void;

const SCRIPTS: Readonly<Record<string, Script>> = {
  echo: (run) => run.succeed(),
  hang: () => undefined,
  slow: (run) => run.succeed(),
  error: (run) => run.fail(failure('tasklet_error', 'the tasklet ended with error code 9')),
  bytes: (run, argument) => run.succeed({ output: new Uint8Array(Number(argument)).fill(5) }),
};

/** What a kept module does with a call, by the same names. */
const PLAYS: Readonly<Record<string, (argument: string) => Play>> = {
  echo: () => (input) => ({ end: callSucceeded(input, 7), durationMs: 0 }),
  hang: () => () => undefined,
  error: () => () => {
    const end = callFailed(failure('tasklet_error', 'the tasklet ended with error code 9'), 3);
    return { end, durationMs: 0 };
  },
  slow: (argument) => (input) => ({ end: callSucceeded(input, 7), durationMs: Number(argument) }),
  bytes: (argument) => () => {
    return { end: callSucceeded(new Uint8Array(Number(argument)).fill(5), 7), durationMs: 0 };
  },
};

/** The engine's twin: does what its scripts say, in no time, and remembers what it was asked. */
export class ScriptedEngine implements TaskletEngine {
  readonly slots: number;
  readonly admissions: AdmissionOrder[] = [];
  readonly runs: ScriptedRun[] = [];
  readonly kept: SimKept[] = [];
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #scripts: Readonly<Record<string, Script>>;
  readonly #scriptOf = new Map<string, { name: string; script: Script; argument: string }>();
  isClosed = false;
  /** Set to let admissions take as long as the test likes. */
  admitting: Promise<void> = Promise.resolve();

  constructor(
    slots: number,
    scripts: Readonly<Record<string, Script>> = {},
    env: Pick<Env, 'clock' | 'timers'> = standing(),
  ) {
    this.slots = slots;
    this.#env = env;
    this.#scripts = { ...SCRIPTS, ...scripts };
  }

  async admit(order: AdmissionOrder): Promise<Result<AdmittedTasklet, FabricFailure>> {
    this.admissions.push(order);
    await this.admitting;
    const [name = '', argument = ''] = (fromUtf8(order.bytes) ?? '').split(' ');
    const script = this.#scripts[name];
    if (!script) return err(failure('module_rejected', `there is no script "${name.slice(0, 40)}"`));
    this.#scriptOf.set(order.hash, { name, script, argument });
    return ok({ hash: order.hash, memoryPagesMax: Math.floor(order.memoryBytesMax / WASM_PAGE_BYTES) });
  }

  run(tasklet: AdmittedTasklet, order: RunOrder): RunningTasklet {
    const run = new ScriptedRun(order);
    this.runs.push(run);
    const scripted = this.#scriptOf.get(tasklet.hash);
    if (scripted) scripted.script(run, scripted.argument);
    else run.fail(failure('internal', 'a tasklet that was never admitted'));
    return run;
  }

  keep(tasklet: AdmittedTasklet, order: KeepOrder): KeptTasklet {
    const { name = '', argument = '' } = this.#scriptOf.get(tasklet.hash) ?? {};
    const play = PLAYS[name]?.(argument) ?? (() => undefined);
    const kept = new SimKept(tasklet, order, this.#env, play);
    this.kept.push(kept);
    return kept;
  }

  close(): void {
    this.isClosed = true;
    for (const kept of this.kept) kept.stop(failure('worker_died', 'the engine was closed'));
    for (const run of this.runs) run.stop(failure('worker_died', 'the engine was closed'));
  }
}

function standing(): Pick<Env, 'clock' | 'timers'> {
  const time = new ManualTime();
  return { clock: time, timers: time };
}
