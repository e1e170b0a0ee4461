/** Rows of whole-byte pixels somewhere in a file. Whoever makes one has checked that they all lie inside. */
export class Pixels {
  private first: usize = 0;
  private step: isize = 0;
  redByte: i32 = 0;
  greenByte: i32 = 0;
  blueByte: i32 = 0;
  /** -1 when there is no alpha. */
  alphaByte: i32 = -1;

  constructor(
    readonly bytes: Uint8Array,
    readonly width: u32,
    readonly height: u32,
    readonly pixelBytes: u32,
  ) {}

  /** Where the rows are: from `offset`, `rowBytes` apart, the last one first when `isBottomUp`. */
  place(offset: u64, rowBytes: u64, isBottomUp: bool): void {
    this.first = this.bytes.dataStart + <usize>offset;
    this.step = <isize>rowBytes;
    if (!isBottomUp) return;
    this.first += <usize>(rowBytes * <u64>(this.height - 1));
    this.step = -this.step;
  }

  /** Which byte of a pixel holds which sample. */
  order(red: i32, green: i32, blue: i32, alpha: i32): void {
    this.redByte = red;
    this.greenByte = green;
    this.blueByte = blue;
    this.alphaByte = alpha;
  }

  /** Address of the pixel; in bounds for x < width and y < height. */
  // @ts-ignore: decorator
  @inline
  at(x: u32, y: u32): usize {
    return <usize>(<isize>this.first + <isize>y * this.step) + <usize>(x * this.pixelBytes);
  }
}
