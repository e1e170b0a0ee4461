import { FabricError, type FabricFailure } from '../../core/index.ts';

/**
 * Keeps calls into a worker honest: each settles with its answer, at its deadline, or when the worker is found dead.
 * Comlink alone would leave the caller of a dead worker waiting for ever.
 */
export class WorkerWatch {
  readonly #pending = new Set<(error: FabricError) => void>();
  readonly #onDeath: (reason: FabricFailure) => void;
  #death: FabricError | undefined;

  constructor(onDeath: (reason: FabricFailure) => void) {
    this.#onDeath = onDeath;
  }

  get isDead(): boolean {
    return this.#death !== undefined;
  }

  /** Reports the worker's own signs of death. */
  observe(worker: Worker, name: string): void {
    worker.addEventListener('error', (event) =>
      this.died(`the ${name} stopped: ${event.message || 'it could not be loaded'}`),
    );
    worker.addEventListener('messageerror', () => this.died(`the ${name} sent something that could not be read`));
  }

  died(message: string): void {
    if (this.#death) return;
    this.#death = new FabricError({ code: 'worker_died', message });
    for (const reject of [...this.#pending]) reject(this.#death);
    this.#onDeath(this.#death.toFailure());
  }

  /** `call`, or a rejection with `worker_died` or `deadline_exceeded`. */
  guard<T>(call: Promise<T>, deadlineMs: number, what: string): Promise<T> {
    if (this.#death) return Promise.reject(this.#death);
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        clearTimeout(deadline);
        this.#pending.delete(fail);
        reject(error);
      };
      const deadline = setTimeout(
        () =>
          fail(new FabricError({ code: 'deadline_exceeded', message: `${what}: no answer within ${deadlineMs} ms` })),
        deadlineMs,
      );
      this.#pending.add(fail);
      call.then(
        (value) => {
          clearTimeout(deadline);
          this.#pending.delete(fail);
          resolve(value);
        },
        (error: unknown) => fail(new FabricError({ code: 'internal', message: `${what}: ${String(error)}` })),
      );
    });
  }
}
