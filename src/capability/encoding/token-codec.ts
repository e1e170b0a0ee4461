import {
  assert,
  err,
  fromHex,
  isCellId,
  isContentHash,
  isLeaseId,
  ok,
  TOKEN_LIMITS,
  toHex,
  type Bytes,
  type Result,
} from '../../core/index.ts';
import {
  isCaveatSound,
  MAC_SIZE_BYTES,
  RESOURCE_KIND_CODES,
  SESSION_SIZE_BYTES,
  TAG_SIZE_BYTES,
  type Caveat,
  type CaveatKind,
  type ResourceKind,
  type Token,
  type TokenFields,
} from '../token.ts';
import { CborReader, CborWriter } from './cbor.ts';

/** Why bytes are no token: too many of them, of a later version, or not in the one form that a token has. */
export type TokenFault = 'too_large' | 'unknown_version' | 'malformed';

const VERSION = 1;
const FIELD_COUNT = 11;
const ID_SIZE_BYTES = 16;
const HASH_SIZE_BYTES = 32;
/** A code is never reused for another caveat. */
const CAVEAT_CODES = { operations: 1, range: 2, module: 3, holder: 4, tenant: 5, notAfter: 6, hops: 7 } as const;

/** The fields as the first link of the chain covers them: a CBOR array, headed by the version. */
export function encodeFields(fields: TokenFields): Bytes {
  return new CborWriter()
    .array(FIELD_COUNT)
    .uint(VERSION)
    .bytes(bytesOfId(fields.tenant))
    .uint(RESOURCE_KIND_CODES[fields.kind])
    .uint(fields.resourceId)
    .bytes(bytesOfId(fields.leaseId))
    .uint(fields.generation)
    .uint(fields.epoch)
    .uint(fields.expiresAtMs)
    .bytes(bytesOfId(fields.audience))
    .bytes(fields.session)
    .bytes(fields.tag)
    .done();
}

/** A caveat as its link of the chain covers it: a CBOR array of its code and its values. */
export function encodeCaveat(caveat: Caveat): Bytes {
  const writer = new CborWriter().array(caveat.kind === 'range' ? 3 : 2).uint(CAVEAT_CODES[caveat.kind]);
  switch (caveat.kind) {
    case 'operations':
      return writer.uint(caveat.operations).done();
    case 'range':
      return writer.uint(caveat.from).uint(caveat.to).done();
    case 'module':
      return writer.bytes(bytesOfId(caveat.module)).done();
    case 'holder':
      return writer.bytes(bytesOfId(caveat.holder)).done();
    case 'tenant':
      return writer.bytes(bytesOfId(caveat.tenant)).done();
    case 'notAfter':
      return writer.uint(caveat.atMs).done();
    case 'hops':
      return writer.uint(caveat.hops).done();
  }
}

/** A token as it travels: a CBOR array of its fields, its caveats and its tag. */
export function encodeToken({ fields, caveats, mac }: Token): Bytes {
  const writer = new CborWriter().array(3).raw(encodeFields(fields)).array(caveats.length);
  for (const caveat of caveats) writer.raw(encodeCaveat(caveat));
  return writer.bytes(mac).done();
}

/** The token that these bytes are. Says nothing about whether it is genuine: that is for its lessor to say. */
export function decodeToken(bytes: Uint8Array): Result<Token, TokenFault> {
  if (bytes.length > TOKEN_LIMITS.bytesMax) return err('too_large');
  const reader = new CborReader(bytes);
  if (reader.array() !== 3 || reader.array() !== FIELD_COUNT) return err('malformed');
  const version = reader.uint();
  if (version !== VERSION) return err(version === undefined ? 'malformed' : 'unknown_version');
  const fields = readFields(reader);
  const caveats = readCaveats(reader);
  const mac = reader.bytes(MAC_SIZE_BYTES);
  return fields && caveats && mac && reader.isDone() ? ok({ fields, caveats, mac }) : err('malformed');
}

function readFields(reader: CborReader): TokenFields | undefined {
  const tenant = readId(reader, isCellId);
  const kind = kindOf(reader.uint());
  const resourceId = reader.uint();
  const leaseId = readId(reader, isLeaseId);
  const generation = reader.uint();
  const epoch = reader.uint();
  const expiresAtMs = reader.uint();
  const audience = readId(reader, isCellId);
  const session = reader.bytes(SESSION_SIZE_BYTES);
  const tag = reader.bytes(TAG_SIZE_BYTES);
  if (tenant === undefined || leaseId === undefined || audience === undefined || !session || !tag) return undefined;
  if (kind === undefined || resourceId === undefined || generation === undefined) return undefined;
  if (epoch === undefined || expiresAtMs === undefined) return undefined;
  return { tenant, kind, resourceId, leaseId, generation, epoch, expiresAtMs, audience, session, tag };
}

function readCaveats(reader: CborReader): readonly Caveat[] | undefined {
  const count = reader.array();
  if (count === undefined || count > TOKEN_LIMITS.caveatsMax) return undefined;
  const caveats: Caveat[] = [];
  for (let index = 0; index < count; index++) {
    const caveat = readCaveat(reader);
    if (caveat === undefined || !isCaveatSound(caveat)) return undefined;
    caveats.push(caveat);
  }
  return caveats;
}

function readCaveat(reader: CborReader): Caveat | undefined {
  const length = reader.array();
  const code = reader.uint();
  const kind = Object.keys(CAVEAT_CODES)
    .filter(isCaveatKind)
    .find((each) => CAVEAT_CODES[each] === code);
  if (kind === undefined || length !== (kind === 'range' ? 3 : 2)) return undefined;
  switch (kind) {
    case 'operations':
      return whole(reader.uint(), (operations) => ({ kind, operations }));
    case 'range': {
      const from = reader.uint();
      return from === undefined ? undefined : whole(reader.uint(), (to) => ({ kind, from, to }));
    }
    case 'module':
      return whole(readId(reader, isContentHash, HASH_SIZE_BYTES), (module) => ({ kind, module }));
    case 'holder':
      return whole(readId(reader, isCellId), (holder) => ({ kind, holder }));
    case 'tenant':
      return whole(readId(reader, isCellId), (tenant) => ({ kind, tenant }));
    case 'notAfter':
      return whole(reader.uint(), (atMs) => ({ kind, atMs }));
    case 'hops':
      return whole(reader.uint(), (hops) => ({ kind, hops }));
  }
}

/** The caveat made of a value that was read, if it was. */
function whole<T>(value: T | undefined, make: (value: T) => Caveat): Caveat | undefined {
  return value === undefined ? undefined : make(value);
}

function readId<Id extends string>(
  reader: CborReader,
  isKind: (text: string) => text is Id & string,
  sizeBytes = ID_SIZE_BYTES,
): Id | undefined {
  const bytes = reader.bytes(sizeBytes);
  const text = bytes && toHex(bytes);
  return text !== undefined && isKind(text) ? text : undefined;
}

function bytesOfId(id: string): Bytes {
  const bytes = fromHex(id);
  assert(bytes !== undefined, 'an id is hex');
  return bytes;
}

function kindOf(code: number | undefined): ResourceKind | undefined {
  return Object.keys(RESOURCE_KIND_CODES)
    .filter(isResourceKind)
    .find((kind) => RESOURCE_KIND_CODES[kind] === code);
}

function isResourceKind(text: string): text is ResourceKind {
  return Object.hasOwn(RESOURCE_KIND_CODES, text);
}

function isCaveatKind(text: string): text is CaveatKind {
  return Object.hasOwn(CAVEAT_CODES, text);
}
