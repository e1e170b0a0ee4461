import { fromUtf8, Output, progress, utf8 } from 'grafos-std';

const BAD_INPUT: i32 = 1;
const PICTURE_SIDE_MAX: f64 = 4096;
const TILE_PIXELS_MAX: f64 = 524_288;
const ITERATIONS_MAX: f64 = 1_000_000;
/** What of the plane is seen: 3 wide around -0.75, as high as the picture's shape says. */
const VIEW_WIDTH: f64 = 3;
const VIEW_CENTRE: f64 = -0.75;

/** Paints the tile that the input describes in seven numbers. */
export function tile(input: Uint8Array): Output {
  const said = fromUtf8(input).trim().split(' ');
  if (said.length !== 7) return refused();
  const width = numberOf(said[0]);
  const height = numberOf(said[1]);
  const left = numberOf(said[2]);
  const top = numberOf(said[3]);
  const tileWidth = numberOf(said[4]);
  const tileHeight = numberOf(said[5]);
  const iterations = numberOf(said[6]);
  const isPicture = width >= 1 && height >= 1 && width <= PICTURE_SIDE_MAX && height <= PICTURE_SIDE_MAX;
  const isTile = tileWidth >= 1 && tileHeight >= 1 && tileWidth * tileHeight <= TILE_PIXELS_MAX;
  const isInside = left >= 0 && top >= 0 && left + tileWidth <= width && top + tileHeight <= height;
  const isBounded = iterations >= 1 && iterations <= ITERATIONS_MAX;
  if (!isPicture || !isTile || !isInside || !isBounded) return refused();

  const header = utf8('P6\n' + (<i32>tileWidth).toString() + ' ' + (<i32>tileHeight).toString() + '\n255\n');
  const picture = new Uint8Array(header.length + <i32>(tileWidth * tileHeight) * 3);
  picture.set(header);
  const step = VIEW_WIDTH / width;
  let at = header.length;
  for (let row: f64 = 0; row < tileHeight; row++) {
    progress(<u32>row, <u32>tileHeight);
    const y = (top + row - height / 2 + 0.5) * step;
    for (let column: f64 = 0; column < tileWidth; column++) {
      const x = VIEW_CENTRE + (left + column - width / 2 + 0.5) * step;
      const escape = escapeTime(x, y, <i32>iterations);
      paint(picture, at, escape, <i32>iterations);
      at += 3;
    }
  }
  return Output.bytes(picture);
}

function refused(): Output {
  return Output.fail(
    BAD_INPUT,
    'the input is seven whole numbers: picture width and height, left, top, tile width and height, iterations',
  );
}

function escapeTime(cx: f64, cy: f64, limit: i32): i32 {
  let x: f64 = 0;
  let y: f64 = 0;
  for (let iteration = 0; iteration < limit; iteration++) {
    const xx = x * x;
    const yy = y * y;
    if (xx + yy > 4) return iteration;
    y = 2 * x * y + cy;
    x = xx - yy + cx;
  }
  return limit;
}

/** Black inside; outside from deep blue over gold to white, in whole numbers, so that every machine paints the same. */
function paint(picture: Uint8Array, at: i32, escape: i32, limit: i32): void {
  if (escape === limit) return;
  const warmth = min(escape * 7, 255);
  picture[at] = <u8>warmth;
  picture[at + 1] = <u8>((warmth * warmth) >> 8);
  picture[at + 2] = <u8>min(70 + escape * 3, 255);
}

/** The whole number that a text spells, or -1. */
function numberOf(text: string): f64 {
  if (text.length === 0 || text.length > 7) return -1;
  let value: f64 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + <f64>digit;
  }
  return value;
}
