import {
  assert,
  concatBytes,
  equalBytes,
  err,
  hmacSha256,
  ok,
  TOKEN_LIMITS,
  utf8,
  type Bytes,
  type CellId,
  type Env,
  type LeaseId,
  type Result,
} from '../core/index.ts';
import { nextLink } from './attenuate.ts';
import type { TokenDenial } from './denial.ts';
import { encodeFields, encodeToken } from './encoding/index.ts';
import { TokenSession, type Grant, type LeaseBook } from './session.ts';
import type { TokenKey } from './token-key.ts';
import { SESSION_SIZE_BYTES, TAG_SIZE_BYTES, isCaveatSound } from './token.ts';
import type { Caveat, ResourceKind, Token, TokenFields } from './token.ts';
import { caveatDenials, denial, grantOf, leaseDenials, type Presentation } from './verify.ts';

/** What a token is to be minted for. */
export interface TokenOrder {
  readonly tenant: CellId;
  readonly kind: ResourceKind;
  readonly resourceId: number;
  readonly leaseId: LeaseId;
  readonly generation: number;
  readonly epoch: number;
  /** The lease's deadline on this cell's monotonic clock; the token's is never later. */
  readonly leaseExpiresAtMs: number;
  /** Conditions that the lessor itself sets. */
  readonly caveats?: readonly Caveat[];
}

/** Keeps the chain apart from anything else that might ever be sealed under the same key. */
const CHAIN_LABEL = utf8('grafos capability token 1');
const SESSION_LABEL = utf8('grafos capability session 1');

/**
 * The one cell that mints tokens for its leases and the only one that can verify them.
 * 1. A token's life is at most 300 s and never longer than the lease's.
 * 2. A token is refused with every reason there is, not with the first.
 * 3. The root key is asked once a session, for the key under which the chains of that session begin; so minting and
 *    checking wait for nobody. Tags are compared in constant time.
 */
export class TokenAuthority {
  readonly #self: CellId;
  readonly #key: TokenKey;
  readonly #env: Pick<Env, 'clock' | 'random'>;
  readonly #book: LeaseBook;
  readonly #session: Bytes;
  #sessionKey: Promise<Bytes> | undefined;

  constructor(self: CellId, key: TokenKey, env: Pick<Env, 'clock' | 'random'>, book: LeaseBook) {
    this.#self = self;
    this.#key = key;
    this.#env = env;
    this.#book = book;
    this.#session = env.random.bytes(SESSION_SIZE_BYTES);
  }

  async mint(order: TokenOrder): Promise<Token> {
    const { leaseExpiresAtMs, caveats = [], ...subject } = order;
    assert(caveats.length <= TOKEN_LIMITS.caveatsMax && caveats.every(isCaveatSound), 'the caveats are sound');
    const { clock, random } = this.#env;
    const fields: TokenFields = {
      ...subject,
      expiresAtMs: Math.floor(Math.min(leaseExpiresAtMs, clock.nowMs() + TOKEN_LIMITS.ttlMsMax)),
      audience: this.#self,
      session: this.#session,
      tag: random.bytes(TAG_SIZE_BYTES),
    };
    const token = { fields, caveats, mac: await this.#macOf(fields, caveats) };
    assert(caveats.length === 0 || encodeToken(token).length <= TOKEN_LIMITS.bytesMax, 'the caveats fit a token');
    return token;
  }

  /** What the token allows to whoever shows it, or every reason why it allows nothing. */
  async verify(token: Token, shown: Presentation): Promise<Result<Grant, readonly TokenDenial[]>> {
    // The key first: lease and clock are to be looked at when the answer is given, not before a wait.
    const mac = await this.#macOf(token.fields, token.caveats);
    const { fields } = token;
    const nowMs = this.#env.clock.nowMs();
    const grant = grantOf(token);
    const denials: TokenDenial[] = [];
    if (!equalBytes(mac, token.mac)) denials.push(denial('forged', 'no token of this cell bears that tag'));
    if (fields.audience !== this.#self) {
      denials.push(denial('wrong_audience', `it is for cell ${fields.audience} and can be used there only`));
    }
    if (!equalBytes(fields.session, this.#session)) {
      denials.push(denial('other_session', 'this cell has started again since it gave the token out'));
    }
    if (nowMs >= fields.expiresAtMs) denials.push(denial('expired', 'the time of the token is over'));
    denials.push(...leaseDenials(token, this.#book.find(fields.leaseId), nowMs));
    denials.push(...caveatDenials(token, grant, shown, nowMs));
    return denials.length === 0 ? ok(grant) : err(denials);
  }

  /** Checks the token in full and opens its lease: the session that answers is asked at every operation. */
  async open(token: Token, shown: Presentation): Promise<Result<TokenSession, readonly TokenDenial[]>> {
    const verified = await this.verify(token, shown);
    return verified.ok ? ok(new TokenSession(verified.value, this.#book, this.#env.clock)) : verified;
  }

  async #macOf(fields: TokenFields, caveats: readonly Caveat[]): Promise<Bytes> {
    const key = await this.#keyOf(fields.session);
    return caveats.reduce(nextLink, hmacSha256(key, concatBytes(CHAIN_LABEL, encodeFields(fields))));
  }

  #keyOf(session: Bytes): Promise<Bytes> {
    const derived = (): Promise<Bytes> => this.#key.mac(concatBytes(SESSION_LABEL, session));
    return equalBytes(session, this.#session) ? (this.#sessionKey ??= derived()) : derived();
  }
}
