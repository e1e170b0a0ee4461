import { operationSet, type Caveat, type LeaseRef, leaseRefOf, type Token } from '../../../src/capability/index.ts';
import { idOf } from '../../support/index.ts';
import { HOLDER, LEASE, LESSOR, MODULE } from './world.ts';

/** One caveat of each kind. */
export const CAVEATS: readonly Caveat[] = [
  { kind: 'operations', operations: operationSet(['read', 'write']) },
  { kind: 'range', from: 64, to: 65_536 },
  { kind: 'module', module: MODULE },
  { kind: 'holder', holder: HOLDER },
  { kind: 'tenant', tenant: idOf.cell('d') },
  { kind: 'notAfter', atMs: 4_294_967_296 },
  { kind: 'hops', hops: 0 },
];

const MAC = new Uint8Array(32).fill(9);

/** Tokens whose bytes are pinned. Their tags are no tags of anything: only the encoding is meant. */
export const TOKENS: Readonly<Record<string, Token>> = {
  bare: {
    fields: {
      tenant: HOLDER,
      kind: 'cpu',
      resourceId: 0,
      leaseId: LEASE,
      generation: 1,
      epoch: 1,
      expiresAtMs: 0,
      audience: LESSOR,
      session: new Uint8Array([1, 2, 3, 4]),
      tag: new Uint8Array(8).fill(5),
    },
    caveats: [],
    mac: MAC,
  },
  full: {
    fields: {
      tenant: HOLDER,
      kind: 'gpu',
      resourceId: 23,
      leaseId: LEASE,
      generation: 24,
      epoch: 65_535,
      expiresAtMs: Number.MAX_SAFE_INTEGER,
      audience: LESSOR,
      session: new Uint8Array([1, 2, 3, 4]),
      tag: new Uint8Array(8).fill(5),
    },
    caveats: CAVEATS,
    mac: MAC,
  },
};

export const REF: LeaseRef = leaseRefOf(tokenOf('bare'), 'vec/f64');

export function tokenOf(name: 'bare' | 'full'): Token {
  const token = TOKENS[name];
  if (!token) throw new Error(`there is no token ${name}`);
  return token;
}
