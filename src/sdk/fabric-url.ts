import {
  concatBytes,
  equalBytes,
  err,
  failure,
  fromBase64Url,
  hmacSha256,
  isCellId,
  isFabricId,
  LINK_LIMITS,
  ok,
  sha256,
  toBase64Url,
  toHex,
  utf8,
  assert,
  type Bytes,
  type CellId,
  type FabricFailure,
  type FabricId,
  type Random,
  type Result,
} from '../core/index.ts';
import { formatIceParameter, parseIceParameter, type IceServer } from '../membership/index.ts';

/** What a join URL says. All of it stays in the fragment, so no server ever sees it. */
export interface FabricInvitation {
  readonly name: string;
  /** 18 random bytes: who holds them may join. */
  readonly key: Bytes;
  /** The cell that made the fabric and may set its policy; absent when nobody may. */
  readonly steward?: CellId;
  /** STUN and TURN servers for those who join; shown to them before they are used. */
  readonly iceServers?: readonly IceServer[];
}

/** What a cell needs of an invitation: three values that cannot be turned back into the key or into one another. */
export interface FabricSecrets {
  readonly fabricId: FabricId;
  /** Proves membership in the hello (PROTOCOL.md §3). */
  readonly helloKey: Bytes;
  /** Names under which newcomers find members at a signaling service; random-looking to anyone without the key. */
  readonly rendezvousIds: readonly string[];
}

const KEY_SIZE_BYTES = 18;
/** A checksum that ties name, key and steward together, so that a mistyped or half-copied link is told apart at once. */
const CHECKSUM_SIZE_BYTES = 3;

/** A fresh join URL at `base`, of the form `<base>#/f/<name>?k=<key>&s=<steward>`. */
export function createFabricUrl(base: string, name: string, random: Random, steward?: CellId): string {
  const invitation = { name, key: random.bytes(KEY_SIZE_BYTES), ...(steward === undefined ? {} : { steward }) };
  return formatFabricUrl(base, invitation);
}

/** The join URL of an invitation. Asserts that the name is one {@link parseFabricUrl} accepts. */
export function formatFabricUrl(base: string, invitation: FabricInvitation): string {
  assert(isFabricName(invitation.name), 'a fabric name is 1 to 48 bytes of text');
  const key = toBase64Url(concatBytes(invitation.key, checksumOf(invitation)));
  const steward = invitation.steward === undefined ? '' : `&s=${invitation.steward}`;
  const servers = invitation.iceServers?.length ? `&i=${formatIceParameter(invitation.iceServers)}` : '';
  return `${base.replace(/#.*$/, '')}#/f/${encodeURIComponent(invitation.name)}?k=${key}${steward}${servers}`;
}

/** The same invitation with these servers in it, and no others. Asserts that `joinUrl` is a join URL. */
export function withIceServers(joinUrl: string, iceServers: readonly IceServer[]): string {
  const parsed = parseFabricUrl(joinUrl);
  assert(parsed.ok, 'a join URL');
  return formatFabricUrl(joinUrl, { ...parsed.value, iceServers });
}

/** A link that joins the fabric of `joinUrl` and opens a lease there. */
export function formatLeaseUrl(joinUrl: string, ref: string): string {
  return `${joinUrl}&l=${ref}`;
}

/** A link that joins the fabric of `joinUrl` by hand: it carries the offer of the cell that invites. */
export function formatHandUrl(joinUrl: string, offer: string): string {
  return `${joinUrl}&o=${offer}`;
}

/** The offer of an invitation by hand that a link carries, if it carries one. */
export function handOfferIn(url: string): string | undefined {
  return parametersOf(/#\/f\/[^?#]*\?([^#]*)$/.exec(url)?.[1] ?? '').get('o');
}

/** The LeaseRef that a link carries, if it carries one. */
export function leaseRefIn(url: string): string | undefined {
  return parametersOf(/#\/f\/[^?#]*\?([^#]*)$/.exec(url)?.[1] ?? '').get('l');
}

/** Reads a join URL, or just its fragment. Refuses with `fabric_url_invalid` or, if it was altered, `wrong_key`. */
export function parseFabricUrl(url: string): Result<FabricInvitation, FabricFailure> {
  const fragment = /#\/f\/([^?#]*)(?:\?([^#]*))?$/.exec(url);
  if (!fragment) return invalid('This is not a fabric link: it has no "#/f/<name>" part.');
  const name = decodedName(fragment[1] ?? '');
  if (name === undefined) return invalid('The name in this fabric link is missing or longer than 48 bytes.');
  const parameters = parametersOf(fragment[2] ?? '');
  const keyText = parameters.get('k');
  if (!keyText) return invalid('This fabric link has no key: the part "k=…" is missing.');
  const keyBytes = fromBase64Url(keyText);
  if (keyBytes?.length !== KEY_SIZE_BYTES + CHECKSUM_SIZE_BYTES) {
    return err(failure('wrong_key', 'The key in this link is damaged: it is not as long as a key.'));
  }
  const stewardText = parameters.get('s');
  if (stewardText !== undefined && !isCellId(stewardText))
    return invalid('The steward in this fabric link is damaged.');
  const key = keyBytes.slice(0, KEY_SIZE_BYTES);
  const invitation = { name, key, ...(stewardText === undefined ? {} : { steward: stewardText }) };
  if (!equalBytes(checksumOf(invitation), keyBytes.slice(KEY_SIZE_BYTES))) {
    return err(failure('wrong_key', `The key in this link does not belong to the fabric "${name}".`));
  }
  const iceText = parameters.get('i');
  if (iceText === undefined) return ok(invitation);
  const ice = parseIceParameter(iceText);
  return ice.ok ? ok({ ...invitation, iceServers: ice.value }) : ice;
}

/** Derives what a cell uses (HMAC-SHA-256 under the key, one label a purpose). */
export function deriveFabricSecrets(invitation: FabricInvitation): FabricSecrets {
  const root = hmacSha256(invitation.key, labelled('root', invitation.name, invitation.steward ?? ''));
  const fabricId = toHex(hmacSha256(root, labelled('fabric-id')).slice(0, 16));
  assert(isFabricId(fabricId), 'a fabric id is 32 hex characters');
  return {
    fabricId,
    helloKey: hmacSha256(root, labelled('hello')),
    rendezvousIds: Array.from({ length: LINK_LIMITS.rendezvousSlots }, (_, slot) =>
      toHex(hmacSha256(root, labelled('rendezvous', String(slot))).slice(0, 16)),
    ),
  };
}

/** Whether `name` may name a fabric: some well-formed text, at most 48 bytes of UTF-8, no control characters. */
export function isFabricName(name: string): boolean {
  const sizeBytes = utf8(name).length;
  return name.trim().length > 0 && sizeBytes <= LINK_LIMITS.cellNameBytesMax && !/[\p{Cc}\p{Cs}]/u.test(name);
}

function checksumOf(invitation: FabricInvitation): Bytes {
  const label = labelled('checksum', invitation.name, invitation.steward ?? '');
  return sha256(concatBytes(label, invitation.key)).slice(0, CHECKSUM_SIZE_BYTES);
}

function labelled(...parts: readonly string[]): Bytes {
  return utf8(['grafos-web/1', ...parts].join('\n'));
}

function decodedName(text: string): string | undefined {
  try {
    const name = decodeURIComponent(text);
    return isFabricName(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

function parametersOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair): [string, string] => {
        const at = pair.indexOf('=');
        return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      }),
  );
}

function invalid(message: string): Result<never, FabricFailure> {
  return err(failure('fabric_url_invalid', message));
}
