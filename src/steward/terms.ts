import * as v from 'valibot';
import {
  err,
  fromHex,
  isCellId,
  LEASE_LIMITS,
  LINK_LIMITS,
  ok,
  STEWARD_LIMITS,
  toHex,
  utf8,
  type Bytes,
  type CellId,
  type Result,
} from '../core/index.ts';
import { decodeCbor, encodeCbor } from '../wire/index.ts';

/** What one holder may have of each cell at a time; no bound but the cell's own where it says nothing. */
export interface PolicyQuota {
  readonly leasesMax?: number;
  /** By kind: worker slots for `cpu`, bytes for `mem`. */
  readonly quantityMax: Readonly<Record<string, number>>;
}

/** The rules of a fabric, as its steward set them. */
export interface PolicyTerms {
  /** Grows with every change. 0: nothing has been set. */
  readonly version: number;
  /** What the fabric is called; as in its link when empty. */
  readonly name: string;
  /** Whether newcomers wait until the steward lets them in. */
  readonly hasLobby: boolean;
  readonly quota: PolicyQuota;
  /** The cells that may lend a kind; all may lend a kind that is not listed. */
  readonly lenders: Readonly<Record<string, readonly CellId[]>>;
  /** Who is in while there is a lobby. */
  readonly admitted: readonly CellId[];
  /** Who was sent away. */
  readonly evicted: readonly CellId[];
  /** Why, by cell, where the steward said so. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** A fabric whose steward has set nothing, or that has none. */
export const OPEN_TERMS: PolicyTerms = {
  version: 0,
  name: '',
  hasLobby: false,
  quota: { quantityMax: {} },
  lenders: {},
  admitted: [],
  evicted: [],
  reasons: {},
};

const ID_BYTES = 16;
const KINDS_MAX = 8;
const kind = v.pipe(v.string(), v.regex(/^[a-z]{1,8}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Ids one after the other, none twice. */
function cells(countMax: number) {
  return v.pipe(
    v.instance(Uint8Array<ArrayBufferLike>),
    v.check((bytes) => bytes.length % ID_BYTES === 0 && bytes.length <= countMax * ID_BYTES, 'not so many ids'),
    v.transform(unpacked),
    v.check((ids) => new Set(ids).size === ids.length, 'an id twice'),
  );
}

function byKind<Value>(value: v.GenericSchema<unknown, Value>) {
  return v.pipe(
    v.record(kind, value),
    v.check((record) => Object.keys(record).length <= KINDS_MAX, 'too many kinds'),
  );
}

const isLine = (text: string, bytesMax: number): boolean =>
  utf8(text).length <= bytesMax && !/[\p{Cc}\p{Cs}]/u.test(text);

const reason = v.pipe(
  v.string(),
  v.check((text) => text !== '' && isLine(text, STEWARD_LIMITS.reasonBytesMax), 'not a line'),
);
const reasons = v.pipe(
  v.record(v.pipe(v.string(), v.check(isCellId, 'not a cell')), reason),
  v.check((record) => Object.keys(record).length <= STEWARD_LIMITS.reasonsMax, 'too many reasons'),
);

const terms = v.strictObject({
  version: v.pipe(count, v.minValue(1)),
  name: v.pipe(
    v.string(),
    v.check((text) => isLine(text, LINK_LIMITS.cellNameBytesMax), 'not a name'),
  ),
  hasLobby: v.boolean(),
  leasesMax: v.exactOptional(v.pipe(count, v.maxValue(LEASE_LIMITS.perHolderMax))),
  quantityMax: byKind(count),
  lenders: byKind(cells(STEWARD_LIMITS.lendersMax)),
  admitted: cells(STEWARD_LIMITS.admittedMax),
  evicted: cells(STEWARD_LIMITS.evictedMax),
  reasons: v.exactOptional(reasons),
});

/** The bytes that the steward signs: one form for each policy (PROTOCOL.md §11). */
export function encodeTerms({
  version,
  name,
  hasLobby,
  quota,
  lenders,
  admitted,
  evicted,
  reasons,
}: PolicyTerms): Bytes {
  const { leasesMax, quantityMax } = quota;
  return encodeCbor({
    version,
    name,
    hasLobby,
    ...(leasesMax === undefined ? {} : { leasesMax }),
    quantityMax,
    lenders: Object.fromEntries(Object.entries(lenders).map(([each, ids]) => [each, packed(ids)])),
    admitted: packed(admitted),
    evicted: packed(evicted),
    ...(Object.keys(reasons).length === 0 ? {} : { reasons }),
  });
}

/** Reads terms from outside; also says whether terms made here are within their bounds. */
export function decodeTerms(bytes: Uint8Array): Result<PolicyTerms, 'malformed'> {
  if (bytes.length > STEWARD_LIMITS.policyBytesMax) return err('malformed');
  const decoded = decodeCbor(bytes);
  const parsed = decoded.ok ? v.safeParse(terms, decoded.value) : undefined;
  if (parsed?.success !== true) return err('malformed');
  const { leasesMax, quantityMax, reasons: given = {}, ...rest } = parsed.output;
  return ok({ ...rest, reasons: given, quota: { ...(leasesMax === undefined ? {} : { leasesMax }), quantityMax } });
}

function packed(ids: readonly CellId[]): Bytes {
  return fromHex(ids.join('')) ?? new Uint8Array(0);
}

function unpacked(bytes: Uint8Array): readonly CellId[] {
  return Array.from({ length: bytes.length / ID_BYTES }, (_, at) =>
    toHex(bytes.slice(at * ID_BYTES, (at + 1) * ID_BYTES)),
  ).filter(isCellId);
}
