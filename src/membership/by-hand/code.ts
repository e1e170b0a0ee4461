import {
  concatBytes,
  equalBytes,
  err,
  failure,
  fromBase64Url,
  fromUtf8,
  ok,
  sha256,
  toBase64Url,
  utf8,
  type Bytes,
  type FabricFailure,
  type FabricId,
  type Result,
} from '../../core/index.ts';
import { readAddress, writeAddress } from './address.ts';
import {
  HAND_CANDIDATES_MAX,
  HAND_CREDENTIAL_LENGTH_MAX,
  type HandCandidate,
  type HandDescription,
} from './description.ts';

/** One text that a person carries to another. */
export interface HandCode {
  readonly kind: 'offer' | 'answer';
  /** Tells dials apart: an answer carries its offer's. */
  readonly dial: Bytes;
  /** Unix time in whole seconds, after which nobody waits for it. */
  readonly expiresAtWallMs: number;
  readonly description: HandDescription;
}

export const HAND_DIAL_BYTES = 8;
const VERSION = 1;
const KINDS = ['offer', 'answer'] as const;
const TYPES = ['host', 'srflx', 'relay'] as const;
const FABRIC_BYTES = 4;
/** Head, mark, dial and expiry: what every code begins with. */
const HEAD_BYTES = 1 + 4 + HAND_DIAL_BYTES + 4;
const FINGERPRINT_BYTES = 32;
const CHECKSUM_BYTES = 4;
/** A code is some 250 characters; what is longer than this is something else. */
const TEXT_LENGTH_MAX = 2_048;

/**
 * base64url of: version (4 bits) and kind (4), 4 bytes of SHA-256 of the fabric id, dial (8), expiry in seconds (u32),
 * ufrag and password (u8 length and UTF-8 each), fingerprint (32), candidates (u8 count; each type (4 bits) and form of
 * address (4), address, port u16), and 4 bytes of SHA-256 over all that. Big-endian.
 */
export function formatHandCode(code: HandCode, fabric: FabricId): string {
  const { ufrag, password, fingerprint, candidates } = code.description;
  const head = Uint8Array.of((VERSION << 4) | KINDS.indexOf(code.kind));
  const expiry = new Uint8Array(4);
  new DataView(expiry.buffer).setUint32(0, Math.ceil(code.expiresAtWallMs / 1_000));
  const body = concatBytes(
    head,
    fabricMark(fabric),
    code.dial,
    expiry,
    shortText(ufrag),
    shortText(password),
    fingerprint,
    Uint8Array.of(candidates.length),
    ...candidates.map(candidateBytes),
  );
  return toBase64Url(concatBytes(body, checksum(body)));
}

/** Reads a code, or a link that carries one. Refuses with `code_damaged`, `wrong_key` or `code_expired`. */
export function readHandCode(text: string, fabric: FabricId, nowWallMs: number): Result<HandCode, FabricFailure> {
  // Mail and chats break long texts into lines.
  const bare = text.replace(/\s+/g, '');
  const bytes = fromBase64Url(/[?&]o=([\w-]+)/.exec(bare)?.[1] ?? bare);
  if (bare === '') return damaged('There is no code here yet.');
  if (!bytes || bare.length > TEXT_LENGTH_MAX)
    return damaged('This is not a code: it has characters that no code has.');
  const body = bytes.slice(0, -CHECKSUM_BYTES);
  if (body.length === 0 || !equalBytes(checksum(body), bytes.slice(-CHECKSUM_BYTES))) {
    return damaged('Part of this code is missing or was changed on the way.');
  }
  const read = readBody(body);
  if (!read) return damaged('This code comes from another version of the page.');
  if (!equalBytes(read.mark, fabricMark(fabric))) {
    return err(failure('wrong_key', 'This code belongs to another fabric than the one that is open here.'));
  }
  if (read.code.expiresAtWallMs <= nowWallMs) {
    return err(failure('code_expired', `This ${read.code.kind} has run out; nobody waits for it any more.`));
  }
  return ok(read.code);
}

function readBody(bytes: Bytes): { readonly mark: Bytes; readonly code: HandCode } | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  let at = 0;
  const take = (sizeBytes: number): Bytes => bytes.slice(at, (at += sizeBytes));
  const takeByte = (): number => bytes[at++] ?? 0;
  const head = takeByte();
  const kind = KINDS[head & 15];
  const mark = take(FABRIC_BYTES);
  const dial = take(HAND_DIAL_BYTES);
  const expiry = take(4);
  const [ufrag, password] = [fromUtf8(take(takeByte())), fromUtf8(take(takeByte()))];
  const fingerprint = take(FINGERPRINT_BYTES);
  const count = takeByte();
  const isOurs = head >> 4 === VERSION && kind !== undefined && count <= HAND_CANDIDATES_MAX;
  if (!isOurs || !isCredential(ufrag) || !isCredential(password)) return undefined;
  const candidates: HandCandidate[] = [];
  for (let index = 0; index < count; index++) {
    const form = takeByte();
    const type = TYPES[form >> 4];
    const address = readAddress(form & 15, take, takeByte);
    const port = takeByte() * 256 + takeByte();
    if (!type || address === undefined) return undefined;
    candidates.push({ type, address, port });
  }
  if (at !== bytes.length) return undefined;
  const expiresAtWallMs = new DataView(expiry.buffer).getUint32(0) * 1_000;
  const description = { ufrag, password, fingerprint, candidates };
  return { mark, code: { kind, dial, expiresAtWallMs, description } };
}

function candidateBytes({ type, address, port }: HandCandidate): Bytes {
  const { form, bytes } = writeAddress(address);
  return concatBytes(Uint8Array.of((TYPES.indexOf(type) << 4) | form), bytes, Uint8Array.of(port >> 8, port & 255));
}

function shortText(text: string): Bytes {
  const bytes = utf8(text);
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

/** Characters of RFC 8839; nothing that could begin another line of a session description. */
function isCredential(text: string | undefined): text is string {
  return text !== undefined && text.length <= HAND_CREDENTIAL_LENGTH_MAX && /^[\w+/=-]+$/.test(text);
}

function fabricMark(fabric: FabricId): Bytes {
  return sha256(utf8(`grafos-web/1\nby-hand\n${fabric}`)).slice(0, FABRIC_BYTES);
}

function checksum(body: Bytes): Bytes {
  return sha256(body).slice(0, CHECKSUM_BYTES);
}

function damaged(message: string): Result<never, FabricFailure> {
  return err(failure('code_damaged', message));
}
