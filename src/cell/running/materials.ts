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

/** Brings together what a run is made of: from here, else from its submitter. Nothing is believed without its hash. */
export class Materials {
  readonly #contents: Contents;
  readonly #fetcher: Fetcher;

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

  module(
    submitter: CellId,
    { module, moduleBytes, deadlineMs }: RunOrderMessage,
  ): Promise<Result<Bytes, FabricFailure>> {
    return this.#fetch(submitter, module, moduleBytes, deadlineMs);
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
