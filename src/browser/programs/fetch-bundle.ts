import { bundleSizeProblem } from '../../bundle/index.ts';
import { concatBytes, err, failure, ok, type Bytes, type FabricFailure, type Result } from '../../core/index.ts';

const FETCH_MS_MAX = 30_000;

/** What is at an address of this site, read no further than a bundle may be long. */
export async function fetchBundle(text: string): Promise<Result<Bytes, FabricFailure>> {
  const url = URL.canParse(text, location.href) ? new URL(text, location.href) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    return refused('invalid_argument', `“${text}” is no web address.`, 'Give the address of a .grafos file.');
  }
  if (url.origin !== location.origin) {
    const message = `${url.host} is another site; this page fetches from its own only.`;
    return refused('invalid_argument', message, 'Download the bundle there, then choose or drop the file here.');
  }
  const again = 'Check the address, then load it again.';
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS_MAX), credentials: 'omit' });
    if (!response.ok) return refused('not_found', `There is no bundle at ${url.href} (${response.status}).`, again);
    return await bytesOf(response);
  } catch {
    return refused('not_found', `${url.href} could not be fetched.`, again);
  }
}

async function bytesOf({ headers, body }: Response): Promise<Result<Bytes, FabricFailure>> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  let large = bundleSizeProblem(Number(headers.get('Content-Length') ?? 0));
  const reader = body?.getReader();
  while (reader && !large) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    sizeBytes += value.length;
    large = bundleSizeProblem(sizeBytes);
  }
  await reader?.cancel();
  return large ? refused('bundle_invalid', large.message, large.recovery) : ok(concatBytes(...parts));
}

function refused(
  code: 'invalid_argument' | 'not_found' | 'bundle_invalid',
  message: string,
  recovery: string,
): Result<never, FabricFailure> {
  return err({ ...failure(code, message), recovery });
}
