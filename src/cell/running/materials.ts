import {
  contentHash,
  err,
  failure,
  ok,
  type Bytes,
  type CellId,
  type ContentHash,
  type FabricFailure,
  type Result,
} from '../../core/index.ts';
import type { RunOrderMessage } from '../../wire/index.ts';
import type { Contents } from '../contents.ts';
import type { Fetcher } from '../fetcher.ts';

/** A module by its hash, and where it may be had. */
type ModuleWanted = Pick<RunOrderMessage, 'module' | 'moduleBytes' | 'deadlineMs' | 'sources'>;

/** How long another cell than the submitter has for its answer, before the next one is asked. */
const SOURCE_MS_MAX = 2_000;

/**
 * Brings together what a run is made of: from here, else from a cell that its submitter says has it, else from the
 * submitter itself. Nothing is believed without its hash, and what many runs lack is fetched once.
 */
export class Materials {
  readonly #contents: Contents;
  readonly #fetcher: Fetcher;
  /** By submitter too: one who names what he does not deliver holds nobody else's runs up. */
  readonly #underWay = new Map<string, Promise<Result<Bytes, FabricFailure>>>();

  constructor(contents: Contents, fetcher: Fetcher) {
    this.#contents = contents;
    this.#fetcher = fetcher;
  }

  async input(submitter: CellId, order: RunOrderMessage): Promise<Result<Bytes, FabricFailure>> {
    const { inlineInput, input, inputBytes, deadlineMs } = order;
    if (!inlineInput) return this.#fetch(submitter, input, inputBytes, deadlineMs);
    const bytes = new Uint8Array(inlineInput);
    return contentHash(bytes) === input
      ? ok(bytes)
      : err(failure('module_unavailable', 'the input is not what its hash says'));
  }

  async module(
    submitter: CellId,
    { module, moduleBytes, deadlineMs, sources = [] }: ModuleWanted,
  ): Promise<Result<Bytes, FabricFailure>> {
    const kept = this.#contents.get(module);
    if (kept) return ok(kept);
    const key = `${submitter}/${module}`;
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const fetching = this.#fromAny(sources, submitter, module, moduleBytes, deadlineMs);
    this.#underWay.set(key, fetching);
    const fetched = await fetching;
    this.#underWay.delete(key);
    return fetched;
  }

  async #fromAny(
    sources: readonly CellId[],
    submitter: CellId,
    hash: ContentHash,
    sizeBytes: number,
    deadlineMs: number,
  ): Promise<Result<Bytes, FabricFailure>> {
    for (const source of sources) {
      const fetched = await this.#fetch(source, hash, sizeBytes, Math.min(SOURCE_MS_MAX, deadlineMs));
      if (fetched.ok) return fetched;
    }
    return this.#fetch(submitter, hash, sizeBytes, deadlineMs);
  }

  async #fetch(
    from: CellId,
    hash: ContentHash,
    sizeBytes: number,
    deadlineMs: number,
  ): Promise<Result<Bytes, FabricFailure>> {
    const kept = this.#contents.get(hash);
    if (kept) return ok(kept);
    const name = `${hash.slice(0, 8)}…`;
    const answer = await this.#fetcher.fetch(from, hash, sizeBytes, deadlineMs);
    if (!answer.ok) return err(failure('module_unavailable', `${name} was not delivered: ${answer.error.message}`));
    const bytes = new Uint8Array(answer.value);
    if (bytes.length !== sizeBytes || contentHash(bytes) !== hash) {
      return err(failure('module_unavailable', `${name} was delivered, but is not what its hash says`));
    }
    this.#contents.put(bytes);
    return ok(bytes);
  }
}
