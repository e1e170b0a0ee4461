/** The paper of the sheet, on which what can be seen through lies. */
export const PAPER: u32 = 0xf6f1e7;

/** `side` made smaller with the longest side to fit, never larger and never nothing. */
export function scaled(side: i32, longest: i32, most: i32): i32 {
  return longest <= most ? side : max((side * most + longest / 2) / longest, 1);
}

/** A smaller picture, each pixel the average of those that it stands for: red, green and blue, on the paper of the sheet. */
export function shrink(rgba: Uint8Array, width: i32, height: i32, toWidth: i32, toHeight: i32): Uint8Array {
  const out = new Uint8Array(toWidth * toHeight * 3);
  for (let y = 0; y < toHeight; y++) {
    const top = (y * height) / toHeight;
    const bottom = max(((y + 1) * height) / toHeight, top + 1);
    for (let x = 0; x < toWidth; x++) {
      const left = (x * width) / toWidth;
      const right = max(((x + 1) * width) / toWidth, left + 1);
      average(rgba, width, left, top, right, bottom, out, (y * toWidth + x) * 3);
    }
  }
  return out;
}

function average(
  rgba: Uint8Array,
  width: i32,
  left: i32,
  top: i32,
  right: i32,
  bottom: i32,
  out: Uint8Array,
  to: i32,
): void {
  let red: u32 = 0;
  let green: u32 = 0;
  let blue: u32 = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = (y * width + x) * 4;
      const alpha: u32 = unchecked(rgba[at + 3]);
      red += over(unchecked(rgba[at]), PAPER >>> 16, alpha);
      green += over(unchecked(rgba[at + 1]), (PAPER >>> 8) & 255, alpha);
      blue += over(unchecked(rgba[at + 2]), PAPER & 255, alpha);
    }
  }
  const count = <u32>((right - left) * (bottom - top));
  unchecked((out[to] = <u8>((red + count / 2) / count)));
  unchecked((out[to + 1] = <u8>((green + count / 2) / count)));
  unchecked((out[to + 2] = <u8>((blue + count / 2) / count)));
}

function over(sample: u32, below: u32, alpha: u32): u32 {
  return (sample * alpha + below * (255 - alpha) + 127) / 255;
}
