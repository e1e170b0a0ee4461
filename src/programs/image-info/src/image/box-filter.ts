import { Pixels } from '../formats/pixels';

/**
 * The average colour of the part of `pixels` that becomes pixel (x, y) of a `width` by `height` picture, as 0xAABBGGRR.
 * Colours count by their alpha, so what cannot be seen does not bleed into the edges.
 */
export function averageBox(pixels: Pixels, x: u32, y: u32, width: u32, height: u32): u32 {
  const left = edge(x, pixels.width, width);
  const right = max(edge(x + 1, pixels.width, width), left + 1);
  const top = edge(y, pixels.height, height);
  const bottom = max(edge(y + 1, pixels.height, height), top + 1);
  return pixels.alphaByte < 0
    ? averageOpaque(pixels, left, right, top, bottom)
    : averageWithAlpha(pixels, left, right, top, bottom);
}

/** Where the box of index `i` of `to` begins among `from`. */
function edge(i: u32, from: u32, to: u32): u32 {
  return <u32>((<u64>i * <u64>from) / <u64>to);
}

function averageOpaque(pixels: Pixels, left: u32, right: u32, top: u32, bottom: u32): u32 {
  let red: u64 = 0;
  let green: u64 = 0;
  let blue: u64 = 0;
  const redByte = pixels.redByte;
  const greenByte = pixels.greenByte;
  const blueByte = pixels.blueByte;
  const pixelBytes = pixels.pixelBytes;
  for (let y = top; y < bottom; y++) {
    const end = pixels.at(right - 1, y);
    for (let at = pixels.at(left, y); at <= end; at += pixelBytes) {
      red += <u64>load<u8>(at + redByte);
      green += <u64>load<u8>(at + greenByte);
      blue += <u64>load<u8>(at + blueByte);
    }
  }
  const count = <u64>(right - left) * <u64>(bottom - top);
  return packed(rounded(red, count), rounded(green, count), rounded(blue, count), 255);
}

function averageWithAlpha(pixels: Pixels, left: u32, right: u32, top: u32, bottom: u32): u32 {
  let red: u64 = 0;
  let green: u64 = 0;
  let blue: u64 = 0;
  let alphas: u64 = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = pixels.at(x, y);
      const alpha = <u64>load<u8>(at + pixels.alphaByte);
      red += <u64>load<u8>(at + pixels.redByte) * alpha;
      green += <u64>load<u8>(at + pixels.greenByte) * alpha;
      blue += <u64>load<u8>(at + pixels.blueByte) * alpha;
      alphas += alpha;
    }
  }
  if (alphas === 0) return 0;
  const count = <u64>(right - left) * <u64>(bottom - top);
  return packed(rounded(red, alphas), rounded(green, alphas), rounded(blue, alphas), rounded(alphas, count));
}

function rounded(sum: u64, count: u64): u32 {
  return <u32>((sum + count / 2) / count);
}

function packed(red: u32, green: u32, blue: u32, alpha: u32): u32 {
  return red | (green << 8) | (blue << 16) | (alpha << 24);
}
