import {
  decodeToken,
  encodeToken,
  failureOfDenial,
  failureOfDenials,
  TokenAuthority,
  type LeaseBook,
  type Operation,
  type Presentation,
  type Token,
  type TokenKey,
  type TokenSession,
} from '../../capability/index.ts';
import { equalBytes, err, ok, type Bytes, type CellId, type Env, type LeaseId, type Result } from '../../core/index.ts';
import type { Lease } from '../../lease/index.ts';
import type { Refusal } from '../../wire/index.ts';

const NONE: Bytes = new Uint8Array(0);

interface OpenToken {
  readonly bytes: Bytes;
  readonly token: Token;
  readonly session: TokenSession;
}

/**
 * Who may do what with this cell's leases: mints tokens, checks those that are shown, and keeps a session for each
 * cell and lease, so that the same token shown again costs no cryptography while its generation lasts.
 */
export class Access {
  readonly #authority: TokenAuthority;
  readonly #open = new Map<LeaseId, Map<CellId, OpenToken>>();

  constructor(self: CellId, key: TokenKey, env: Pick<Env, 'clock' | 'random'>, book: LeaseBook) {
    this.#authority = new TokenAuthority(self, key, env, book);
  }

  /** A token for the whole of a lease as it stands. */
  async mint(lease: Lease): Promise<Bytes> {
    return encodeToken(await this.#minted(lease));
  }

  /**
   * Checks a shown token in full, unless the same one was checked before and its session can be asked for the operation.
   * Opening, which is no operation, is always checked in full.
   */
  async admit(
    leaseId: LeaseId,
    shown: Presentation,
    bytes: Uint8Array,
    operation: Operation | undefined,
  ): Promise<Result<TokenSession, Refusal>> {
    const known = this.#open.get(leaseId)?.get(shown.presenter);
    const isKnown = operation !== undefined && shown.module === undefined && equalBytes(known?.bytes ?? NONE, bytes);
    const opened = known && isKnown ? ok(known) : await this.#opened(leaseId, shown, new Uint8Array(bytes));
    if (!opened.ok) return opened;
    const denial = operation && opened.value.session.check(operation);
    if (denial) return err(refusalOf(failureOfDenial(denial)));
    this.#keep(leaseId, shown.presenter, opened.value);
    return ok(opened.value.session);
  }

  /** The lease was renewed: each cell that has it open gets a token of the new generation, under its old caveats. */
  async reissue(lease: Lease): Promise<readonly { readonly opener: CellId; readonly token: Bytes }[]> {
    const reissued = lease.openers.map(async (opener) => {
      const caveats = this.#open.get(lease.leaseId)?.get(opener)?.token.caveats ?? [];
      const token = await this.#minted(lease, caveats);
      return { opener, token: encodeToken(token) };
    });
    return Promise.all(reissued);
  }

  /** A cell has closed a lease: what it was allowed ends. */
  close(leaseId: LeaseId, cell: CellId): void {
    const open = this.#open.get(leaseId);
    open?.get(cell)?.session.close();
    open?.delete(cell);
  }

  /** A lease has ended: so has all access to it. */
  ended(leaseId: LeaseId): void {
    for (const { session } of this.#open.get(leaseId)?.values() ?? []) session.close();
    this.#open.delete(leaseId);
  }

  async #opened(leaseId: LeaseId, shown: Presentation, bytes: Bytes): Promise<Result<OpenToken, Refusal>> {
    const token = decodeToken(bytes);
    if (!token.ok) return err({ code: 'lease_denied', message: `the token cannot be read: ${token.error}` });
    if (token.value.fields.leaseId !== leaseId) {
      return err({ code: 'lease_denied', message: 'the token is for another lease' });
    }
    const session = await this.#authority.open(token.value, shown);
    if (!session.ok) return err(refusalOf(failureOfDenials(session.error)));
    return ok({ bytes, token: token.value, session: session.value });
  }

  #keep(leaseId: LeaseId, cell: CellId, opened: OpenToken): void {
    const open = this.#open.get(leaseId) ?? new Map<CellId, OpenToken>();
    open.set(cell, opened);
    this.#open.set(leaseId, open);
  }

  #minted(lease: Lease, caveats: Token['caveats'] = []): Promise<Token> {
    const { holder: tenant, kind, resourceId, leaseId, generation, epoch, expiresAtMs: leaseExpiresAtMs } = lease;
    return this.#authority.mint({ tenant, kind, resourceId, leaseId, generation, epoch, leaseExpiresAtMs, caveats });
  }
}

function refusalOf({ code, message }: Refusal): Refusal {
  return { code, message: message.slice(0, 4_096) };
}
