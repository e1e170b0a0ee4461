import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Artifacts, Bytes, Fabric, FabricFailure, RunHandle, RunId } from '../../sdk/index.ts';
import type { AppDoors } from '../doors.ts';
import type { InputChoice, RunOrder } from '../programs/index.ts';
import { inputRefusal } from '../programs/index.ts';
import { failureOf } from '../words/index.ts';
import { FabricError } from '../../sdk/index.ts';

/** Orders and artifacts kept for "run again" and for going back and forth between results. */
const KEPT_MAX = 64;

type Found = Artifacts | 'loading' | 'missing';

/** Starts, cancels and repeats runs for the page, and fetches what they left. */
export class RunDesk implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #handles = new Map<RunId, RunHandle>();
  readonly #orders = new Map<RunId, RunOrder>();
  readonly #found = new Map<RunId, Found>();
  readonly #starting = new Set<string>();
  readonly #failures = new Map<string, FabricFailure>();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#handles.clear();
  }

  /** Runs this tab can still cancel. */
  get cancellable(): ReadonlySet<RunId> {
    return new Set(this.#handles.keys());
  }

  /** Programs whose bytes are being fetched for a run. */
  get starting(): ReadonlySet<string> {
    return new Set(this.#starting);
  }

  /** Why the latest start of a program failed, by program name. */
  get failures(): ReadonlyMap<string, FabricFailure> {
    return new Map(this.#failures);
  }

  canRepeat(runId: RunId): boolean {
    return this.#orders.has(runId);
  }

  /** Media type of what a run of this tab puts out, also of a program that was loaded. */
  outputType(runId: RunId | undefined): string | undefined {
    return runId && this.#orders.get(runId)?.tasklet.outputType;
  }

  found(runId: RunId): Found | undefined {
    return this.#found.get(runId);
  }

  /** Fetches module and input and starts the run. Answers its id, or undefined when it could not start. */
  async start(fabric: Fabric, doors: AppDoors, order: RunOrder): Promise<RunId | undefined> {
    const { name } = order.program;
    this.#starting.add(name);
    this.#failures.delete(name);
    this.#host.requestUpdate();
    try {
      const [module, input] = await Promise.all([
        doors.fetchBytes(order.tasklet.moduleUrl),
        inputBytes(doors, order.input),
      ]);
      const { tasklet } = order;
      const { fuel, memoryBytes, deadlineMs } = tasklet;
      const handle = fabric.start({
        program: name,
        tasklet: tasklet.name,
        module,
        input,
        on: order.on,
        fuel,
        memoryBytes,
        deadlineMs,
      });
      this.#watch(handle, order);
      return handle.runId;
    } catch (thrown) {
      this.#failures.set(name, failureOf(thrown));
      return undefined;
    } finally {
      this.#starting.delete(name);
      this.#host.requestUpdate();
    }
  }

  /** Starts a run of this tab once more, with the same input and target. */
  async repeat(fabric: Fabric, doors: AppDoors, runId: RunId): Promise<RunId | undefined> {
    const order = this.#orders.get(runId);
    return order && this.start(fabric, doors, order);
  }

  cancel(runId: RunId): void {
    this.#handles.get(runId)?.cancel();
  }

  /** Looks for the artifacts of an ended run, once. */
  async find(fabric: Fabric, runId: RunId): Promise<void> {
    if (this.#found.has(runId)) return;
    this.#keepFound(runId, 'loading');
    try {
      this.#keepFound(runId, (await fabric.artifacts(runId)) ?? 'missing');
    } catch {
      this.#keepFound(runId, 'missing');
    }
  }

  #watch(handle: RunHandle, order: RunOrder): void {
    const { runId } = handle;
    this.#handles.set(runId, handle);
    this.#orders.set(runId, order);
    forgetOldest(this.#orders);
    handle.finished
      .then((artifacts) => this.#keepFound(runId, artifacts))
      .catch(() => this.#keepFound(runId, 'missing'))
      .finally(() => {
        this.#handles.delete(runId);
        this.#host.requestUpdate();
      });
  }

  #keepFound(runId: RunId, found: Found): void {
    this.#found.set(runId, found);
    forgetOldest(this.#found);
    this.#host.requestUpdate();
  }
}

async function inputBytes(doors: AppDoors, choice: InputChoice): Promise<Bytes> {
  if (choice.kind === 'fixture') return doors.fetchBytes(choice.fixture.url);
  const bytes =
    choice.kind === 'file' ? new Uint8Array(await choice.file.arrayBuffer()) : new TextEncoder().encode(choice.text);
  const name = choice.kind === 'file' ? choice.file.name : 'This text';
  const refusal = inputRefusal(name, bytes.length, doors.inputBytesMax);
  if (refusal) throw new FabricError(refusal);
  return bytes;
}

function forgetOldest<Key>(kept: Map<Key, unknown>): void {
  for (const key of kept.keys()) {
    if (kept.size <= KEPT_MAX) return;
    kept.delete(key);
  }
}
