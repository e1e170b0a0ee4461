/** What the page needs for the token rows: bundled and loaded there. */
import { freshTokenKey, WebCryptoTokenKey } from '../../../src/browser/worker/token-key.ts';
import {
  attenuate,
  decodeToken,
  encodeToken,
  operationSet,
  TokenAuthority,
  type Caveat,
  type LeaseFacts,
  type Presentation,
  type Token,
} from '../../../src/capability/index.ts';
import { isCellId, isLeaseId, type Bytes, type CellId, type LeaseId } from '../../../src/core/index.ts';

export interface TokenOrder {
  readonly repeats: number;
  /** Full checks a sample; one sample of operations has `operations` of them. */
  readonly checks: number;
  readonly operations: number;
}

/** Microseconds of each sample, for one check each. */
export interface TokenTimes {
  readonly openBare: readonly number[];
  readonly openNarrowed: readonly number[];
  readonly verifyEd25519: readonly number[];
  readonly operation: readonly number[];
  readonly mint: readonly number[];
  readonly attenuate: readonly number[];
}

const LEASE = checked('4'.repeat(32), isLeaseId);
const LESSOR = checked('a'.repeat(32), isCellId);
const HOLDER = checked('b'.repeat(32), isCellId);
const LEASES = 4_096;
const MESSAGE_BYTES = 114;

export async function timeTokens({ repeats, checks, operations }: TokenOrder): Promise<TokenTimes> {
  const book = new Map<LeaseId, LeaseFacts>();
  const facts: LeaseFacts = {
    kind: 'mem',
    resourceId: 0,
    generation: 3,
    epoch: 7,
    expiresAtMs: performance.now() + 300_000,
    standing: 'live',
  };
  // As many leases as a lessor may have, so that the look into the map is a real one.
  for (let count = 0; count < LEASES; count++)
    book.set(checked(count.toString(16).padStart(32, '0'), isLeaseId), facts);
  book.set(LEASE, facts);
  const env = {
    clock: { nowMs: () => performance.now(), wallMs: () => Date.now() },
    random: { bytes: (sizeBytes: number) => crypto.getRandomValues(new Uint8Array(sizeBytes)) },
  };
  const key = new WebCryptoTokenKey(await freshTokenKey());
  const authority = new TokenAuthority(LESSOR, key, env, { find: (leaseId) => book.get(leaseId) });
  const shown: Presentation = { presenter: HOLDER };
  const { kind, resourceId, generation, epoch, expiresAtMs: leaseExpiresAtMs } = facts;
  const order = { tenant: HOLDER, leaseId: LEASE, kind, resourceId, generation, epoch, leaseExpiresAtMs };
  const bare = await authority.mint(order);
  const narrowed = narrow(bare);
  const open = async (bytes: Bytes): Promise<void> => {
    const token = decodeToken(bytes);
    if (!token.ok || !(await authority.open(token.value, shown)).ok) throw new Error('a good token is refused');
  };
  const opened = await authority.open(narrowed, shown);
  if (!opened.ok) throw new Error('a good token is refused');
  const session = opened.value;
  const verifyEd25519 = await signatureCheck();
  const [bareBytes, narrowedBytes] = [encodeToken(bare), encodeToken(narrowed)];

  const subjects: Readonly<Record<keyof TokenTimes, () => Promise<number>>> = {
    openBare: () => perCall(checks, () => open(bareBytes)),
    openNarrowed: () => perCall(checks, () => open(narrowedBytes)),
    verifyEd25519: () => perCall(checks, verifyEd25519),
    mint: () => perCall(checks, () => authority.mint(order)),
    attenuate: () => perCall(checks, () => Promise.resolve(narrow(bare))),
    operation: () => {
      let refused = 0;
      const start = performance.now();
      for (let count = 0; count < operations; count++) {
        const from = 64 + (count & 1_023);
        if (session.check('read', from, from + 8) !== undefined) refused++;
      }
      const micros = ((performance.now() - start) * 1_000) / operations;
      return refused === 0 ? Promise.resolve(micros) : Promise.reject(new Error('a good operation is refused'));
    },
  };
  return interleaved(subjects, repeats);
}

/** Every subject in turn, another one first each time; the first quarter only warms up. */
async function interleaved(
  subjects: Readonly<Record<keyof TokenTimes, () => Promise<number>>>,
  repeats: number,
): Promise<TokenTimes> {
  const times = { openBare: [], openNarrowed: [], verifyEd25519: [], operation: [], mint: [], attenuate: [] };
  const kept: Record<keyof TokenTimes, number[]> = times;
  const names = ['openBare', 'verifyEd25519', 'openNarrowed', 'operation', 'mint', 'attenuate'] as const;
  const warmUps = Math.ceil(repeats / 4);
  for (let repeat = 0; repeat < repeats + warmUps; repeat++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + repeat) % names.length] ?? 'openBare';
      const micros = await subjects[name]();
      if (repeat >= warmUps) kept[name].push(micros);
    }
  }
  return kept;
}

async function perCall(calls: number, action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < calls; count++) await action();
  return ((performance.now() - start) * 1_000) / calls;
}

/** The two caveats that most tokens will have. */
function narrow(token: Token): Token {
  const caveats: readonly Caveat[] = [
    { kind: 'operations', operations: operationSet(['read']) },
    { kind: 'range', from: 64, to: 65_536 },
  ];
  return caveats.reduce((wide, caveat) => {
    const narrower = attenuate(wide, caveat);
    if (!narrower.ok) throw new Error(narrower.error);
    return narrower.value;
  }, token);
}

/** What a signed token of the same size would cost to check. */
async function signatureCheck(): Promise<() => Promise<void>> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('no Ed25519 keys here');
  const message = crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES));
  const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, message);
  return async () => {
    if (!(await crypto.subtle.verify('Ed25519', pair.publicKey, signature, message))) throw new Error('not verified');
  };
}

function checked<Id extends CellId | LeaseId>(text: string, isKind: (text: string) => text is Id): Id {
  if (!isKind(text)) throw new Error('not an id');
  return text;
}
