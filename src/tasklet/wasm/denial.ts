/** Why a module is refused. `malformed`: not the binary format; `invalid`: the format, but not a valid module. */
export type WasmDenialCode = 'malformed' | 'invalid' | 'feature_refused' | 'limit_exceeded';

/** A refused module: the first thing that is wrong with it, and where. */
export interface WasmDenial {
  readonly code: WasmDenialCode;
  readonly message: string;
  /** Bytes from the start of the module to the place that is wrong. */
  readonly offset: number;
  readonly section?: string;
  /** The function, import, export or feature that is meant, where one is. */
  readonly name?: string;
}

/**
 * A denial on its way out. The reader throws it because a Result for each byte read would cost more than the reading;
 * the room's door catches it, so it never leaves this room.
 */
export class WasmFault extends Error {
  override readonly name = 'WasmFault';
  readonly code: WasmDenialCode;
  readonly offset: number;
  readonly subject: string | undefined;

  constructor(code: WasmDenialCode, message: string, offset: number, subject?: string) {
    super(message);
    this.code = code;
    this.offset = offset;
    this.subject = subject;
  }
}

export function malformed(message: string, offset: number, subject?: string): WasmFault {
  return new WasmFault('malformed', message, offset, subject);
}

export function invalid(message: string, offset: number, subject?: string): WasmFault {
  return new WasmFault('invalid', message, offset, subject);
}

/** `feature` is the proposal's usual name, so that a person can turn it off in their compiler. */
export function featureRefused(feature: string, offset: number, what = ''): WasmFault {
  const detail = what === '' ? '' : ` (${what})`;
  return new WasmFault('feature_refused', `${feature} is not in the tasklet profile${detail}`, offset, feature);
}

export function limitExceeded(what: string, found: number, limit: number, offset: number): WasmFault {
  return new WasmFault('limit_exceeded', `${what}: ${found}, at most ${limit} allowed`, offset);
}

const SHOWN_CHARACTERS_MAX = 200;

/**
 * A name that a stranger chose, fit for a message: bounded, and without characters that could steer a terminal.
 */
export function shownName(name: string): string {
  const clipped = name.length > SHOWN_CHARACTERS_MAX ? `${name.slice(0, SHOWN_CHARACTERS_MAX)}…` : name;
  return clipped.replaceAll(/\p{C}/gu, '\ufffd');
}

/** The denial that `fault` carries, placed in `section` and, unless it names something nearer, at `subject`. */
export function denialOf(fault: WasmFault, section: string | undefined, subject?: string): WasmDenial {
  const name = fault.subject ?? subject;
  return {
    code: fault.code,
    message: fault.message,
    offset: fault.offset,
    ...(section === undefined ? {} : { section }),
    ...(name === undefined ? {} : { name: shownName(name) }),
  };
}
