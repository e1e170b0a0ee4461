/** Writes a JSON document of n records, then parses it n / 16 + 1 times by recursive descent; answers a digest. */
const TEXT = memory.data(1 << 20);
let end: i32 = 0;
let at: i32 = 0;
let digest: i32 = 0;

function put(code: i32): void {
  store<u8>(TEXT + end, code);
  end++;
}

function putText(text: string): void {
  for (let i = 0; i < text.length; i++) put(text.charCodeAt(i));
}

function putNumber(value: i32): void {
  if (value >= 10) putNumber(value / 10);
  put(48 + (value % 10));
}

function write(records: i32): void {
  end = 0;
  put(91);
  for (let i = 0; i < records; i++) {
    if (i > 0) put(44);
    putText('{"id": ');
    putNumber(i);
    putText(', "name": "cell \\"');
    putNumber(i * 7);
    putText('\\"", "load": -0.');
    putNumber((i * 31) % 97);
    putText('e1, "live": ');
    putText(i % 3 === 0 ? 'true' : 'false');
    putText(', "peers": [1, 2, [3, null]] }\n');
  }
  put(93);
}

function peek(): i32 {
  return at < end ? load<u8>(TEXT + at) : -1;
}

function skipSpace(): void {
  while (true) {
    const code = peek();
    if (code !== 32 && code !== 10 && code !== 9 && code !== 13) return;
    at++;
  }
}

function mix(value: i32): void {
  digest = digest * 31 + value;
}

function isNumberPart(code: i32): bool {
  switch (code) {
    case 43:
    case 45:
    case 46:
    case 69:
    case 101:
      return true;
    default:
      return code >= 48 && code <= 57;
  }
}

function text(): void {
  at++;
  while (peek() !== 34) {
    if (peek() === 92) at++;
    mix(peek());
    at++;
  }
  at++;
}

function members(close: i32, named: bool): i32 {
  let count = 0;
  at++;
  skipSpace();
  while (peek() !== close) {
    if (named) {
      text();
      skipSpace();
      at++;
    }
    if (!value()) return -1;
    count++;
    skipSpace();
    if (peek() === 44) at++;
    skipSpace();
  }
  at++;
  return count;
}

function word(length: i32): void {
  for (let i = 0; i < length; i++) {
    mix(peek());
    at++;
  }
}

function value(): bool {
  skipSpace();
  switch (peek()) {
    case 123:
      mix(members(125, true));
      return true;
    case 91:
      mix(members(93, false));
      return true;
    case 34:
      text();
      return true;
    case 116:
    case 110:
      word(4);
      return true;
    case 102:
      word(5);
      return true;
    default:
      if (!isNumberPart(peek())) return false;
      while (isNumberPart(peek())) {
        mix(peek());
        at++;
      }
      return true;
  }
}

export function run(n: i32): i32 {
  write(n);
  digest = 0;
  for (let round = 0; round <= n >> 4; round++) {
    at = 0;
    if (!value()) return -1;
    mix(at);
  }
  return digest;
}
