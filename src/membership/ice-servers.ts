import {
  err,
  failure,
  fromBase64Url,
  fromUtf8,
  LINK_LIMITS,
  ok,
  toBase64Url,
  utf8,
  type FabricFailure,
  type Result,
} from '../core/index.ts';

/** A STUN server, which tells a cell its public address, or a TURN server, which carries what finds no direct way. */
export interface IceServer {
  /** `stun:host:port`, `turn:host:port?transport=tcp`, or either with `s` for TLS. */
  readonly urls: string;
  readonly username?: string;
  readonly credential?: string;
}

const URL_PATTERN =
  /^(stun|turn)s?:(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(:\d{1,5})?(\?transport=(udp|tcp))?$/i;
const SECRET_LENGTH_MAX = 256;
/** Four servers with long credentials; what is longer is not read. */
const TEXT_LENGTH_MAX = 4_096;

/** Reads a list of servers, one a line: the address, and for TURN the user name and the credential after it. */
export function parseIceLines(text: string): Result<readonly IceServer[], FabricFailure> {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return checked(
    lines.map((line) => {
      const [urls = '', username, ...rest] = line.split(/\s+/);
      return [urls, username, rest.length === 0 ? undefined : rest.join(' ')];
    }),
  );
}

/** The lines that {@link parseIceLines} reads. */
export function formatIceLines(servers: readonly IceServer[]): string {
  return servers.map(({ urls, username, credential }) => [urls, username, credential].join(' ').trim()).join('\n');
}

/** The `i` of a join link: base64url of JSON `[[url, username?, credential?], …]`. */
export function formatIceParameter(servers: readonly IceServer[]): string {
  const rows = servers.map(({ urls, username, credential }) =>
    username === undefined ? [urls] : [urls, username, credential ?? ''],
  );
  return toBase64Url(utf8(JSON.stringify(rows)));
}

/** Reads the `i` of a join link; refuses with `fabric_url_invalid`. */
export function parseIceParameter(text: string): Result<readonly IceServer[], FabricFailure> {
  const bytes = text.length <= TEXT_LENGTH_MAX ? fromBase64Url(text) : undefined;
  const rows = bytes && rowsOf(fromUtf8(bytes) ?? '');
  const read = rows ? checked(rows) : undefined;
  if (read?.ok && read.value.length > 0) return read;
  const why = read?.ok === false ? ` ${read.error.message}` : '';
  return err(failure('fabric_url_invalid', `The connection servers in this link are damaged.${why}`));
}

type Row = readonly [urls: string, username: string | undefined, credential: string | undefined];

function rowsOf(text: string): readonly Row[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) return undefined;
    return parsed.map((row: unknown): Row => {
      const fields: readonly unknown[] = Array.isArray(row) ? row : [];
      const field = (at: number): string | undefined => (typeof fields[at] === 'string' ? fields[at] : undefined);
      return [field(0) ?? '', field(1), field(2)];
    });
  } catch {
    return undefined;
  }
}

function checked(rows: readonly Row[]): Result<readonly IceServer[], FabricFailure> {
  if (rows.length > LINK_LIMITS.iceServersMax) return refusal(`at most ${LINK_LIMITS.iceServersMax} servers are used`);
  const servers: IceServer[] = [];
  for (const [urls, username, credential] of rows) {
    const shown = urls.slice(0, 60);
    const kind = URL_PATTERN.exec(urls)?.[1]?.toLowerCase();
    if (kind === undefined) return refusal(`"${shown}" is not an address such as stun:host:3478 or turn:host:3478`);
    if (kind === 'stun') {
      servers.push({ urls });
      continue;
    }
    if (!username || !credential) return refusal(`${shown} needs a user name and a credential after its address`);
    if (username.length > SECRET_LENGTH_MAX || credential.length > SECRET_LENGTH_MAX) {
      return refusal(`the user name and credential of ${shown} may have ${SECRET_LENGTH_MAX} characters`);
    }
    servers.push({ urls, username, credential });
  }
  return ok(servers);
}

function refusal(message: string): Result<never, FabricFailure> {
  return err(failure('invalid_argument', `${message}.`));
}
