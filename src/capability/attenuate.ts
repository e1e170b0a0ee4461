import { err, hmacSha256, ok, TOKEN_LIMITS, type Bytes, type Result } from '../core/index.ts';
import { encodeCaveat, encodeToken } from './encoding/index.ts';
import { isCaveatSound, type Caveat, type Token } from './token.ts';

/** Why a caveat cannot be added: the token would be refused anyway. */
export type AttenuationDenial = 'caveat_invalid' | 'too_many_caveats' | 'no_hops_left' | 'token_too_large';

/**
 * The token with one more caveat. Needs no key and no word from the lessor: the old tag is the key of the new one, and
 * cannot be found from it.
 */
export function attenuate(token: Token, caveat: Caveat): Result<Token, AttenuationDenial> {
  if (!isCaveatSound(caveat)) return err('caveat_invalid');
  const caveats = [...token.caveats, caveat];
  if (caveats.length > TOKEN_LIMITS.caveatsMax) return err('too_many_caveats');
  if (hopsExceeded(caveats)) return err('no_hops_left');
  const attenuated = { fields: token.fields, caveats, mac: nextLink(token.mac, caveat) };
  return encodeToken(attenuated).length <= TOKEN_LIMITS.bytesMax ? ok(attenuated) : err('token_too_large');
}

/** The link of the chain that follows `link` with this caveat. */
export function nextLink(link: Bytes, caveat: Caveat): Bytes {
  return hmacSha256(link, encodeCaveat(caveat));
}

/** Whether more caveats follow one of these than it lets follow. */
export function hopsExceeded(caveats: readonly Caveat[]): boolean {
  return caveats.some((caveat, index) => caveat.kind === 'hops' && caveats.length - 1 - index > caveat.hops);
}
