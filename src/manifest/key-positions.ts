/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type KeyPath = readonly (string | number)[];

/** Where the UTF-16 unit at `offset` stands. */
export function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/**
 * Where the keys of a TOML document stand. The TOML parser gives values without places, so this walks the text once
 * more. It expects a document the parser has accepted, and never fails on any other: it only finds less.
 */
export class KeyPositions {
  private readonly positions = new Map<string, Position>();

  constructor(text: string) {
    new Walk(text, (path, position) => {
      const name = JSON.stringify(path);
      if (!this.positions.has(name)) this.positions.set(name, position);
    }).run();
  }

  /** The place of `path`, or of the nearest key around it. */
  find(path: KeyPath): Position | undefined {
    for (let length = path.length; length > 0; length--) {
      const position = this.positions.get(JSON.stringify(path.slice(0, length)));
      if (position !== undefined) return position;
    }
    return undefined;
  }
}

class Walk {
  private offset = 0;
  private table: KeyPath = [];
  private readonly arrayLengths = new Map<string, number>();
  private readonly text: string;
  private readonly report: (path: KeyPath, position: Position) => void;

  constructor(text: string, report: (path: KeyPath, position: Position) => void) {
    this.text = text;
    this.report = report;
  }

  run(): void {
    for (;;) {
      this.skip(/[\s]*(?:#[^\n]*\s*)*/y);
      if (this.offset >= this.text.length) return;
      const before = this.offset;
      if (this.text[this.offset] === '[') this.header();
      else this.assignment();
      if (this.offset === before) this.offset++;
    }
  }

  private header(): void {
    const start = this.offset;
    const isArray = this.text.startsWith('[[', start);
    this.offset += isArray ? 2 : 1;
    const keys = this.dottedKey();
    this.table = isArray ? this.nextElement(keys) : this.insideArrays(keys);
    this.skip(/\s*\]{1,2}/y);
    this.reportPrefixes([], this.table, start);
  }

  private assignment(): void {
    const start = this.offset;
    const keys = this.dottedKey();
    this.skip(/\s*=\s*/y);
    this.reportPrefixes(this.table, keys, start);
    this.value();
  }

  /** `a.b.c = 1` is where `a`, `a.b` and `a.b.c` stand, unless something before it was. */
  private reportPrefixes(base: KeyPath, keys: KeyPath, start: number): void {
    const position = positionIn(this.text, start);
    for (let length = 1; length <= keys.length; length++) this.report([...base, ...keys.slice(0, length)], position);
  }

  private dottedKey(): string[] {
    const keys: string[] = [];
    for (;;) {
      this.skip(/[ \t]*/y);
      const key = this.take(/[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y);
      if (key === '') return keys;
      keys.push(unquoted(key));
      this.skip(/[ \t]*/y);
      if (this.text[this.offset] !== '.') return keys;
      this.offset++;
    }
  }

  private value(): void {
    let depth = 0;
    do {
      this.skip(/[\s,]*(?:#[^\n]*[\s,]*)*/y);
      const opener = this.take(
        /"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[[\]{}=]|[^\s,[\]{}=#"']+/y,
      );
      if (opener === '') return;
      if (opener === '[' || opener === '{') depth++;
      if (opener === ']' || opener === '}') depth--;
    } while (depth > 0);
  }

  private nextElement(keys: readonly string[]): KeyPath {
    const parent = this.insideArrays(keys);
    const name = JSON.stringify(keys);
    const index = this.arrayLengths.get(name) ?? 0;
    this.arrayLengths.set(name, index + 1);
    return typeof parent.at(-1) === 'number' ? [...parent.slice(0, -1), index] : [...parent, index];
  }

  /** A header under an array of tables speaks of its last element. */
  private insideArrays(keys: readonly string[]): KeyPath {
    return keys.flatMap((key, index) => {
      const length = this.arrayLengths.get(JSON.stringify(keys.slice(0, index + 1)));
      return length === undefined ? [key] : [key, length - 1];
    });
  }

  private skip(pattern: RegExp): void {
    this.take(pattern);
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text);
    const found = match === null ? '' : match[0];
    this.offset += found.length;
    return found;
  }
}

function unquoted(key: string): string {
  if (key.startsWith("'")) return key.slice(1, -1);
  if (!key.startsWith('"')) return key;
  try {
    return String(JSON.parse(key));
  } catch {
    return key.slice(1, -1); // an escape that JSON does not know; such a key is unknown anyway
  }
}
