import { ByteReader } from 'grafos-std';

/** Error codes of this program's tasklets: 0 is none. */
export namespace Problem {
  export const NOT_AN_IMAGE: i32 = 1;
  export const TRUNCATED: i32 = 2;
  export const MALFORMED: i32 = 3;
  export const UNSUPPORTED: i32 = 4;
}

/** What a reader of one format found: the facts, or the problem that kept it from them. */
export class Header {
  format: string;
  mediaType: string;
  width: u32 = 0;
  height: u32 = 0;
  bitsPerPixel: u32 = 0;
  /** More than 1 for an animation. */
  frames: u32 = 1;
  problem: i32 = 0;
  message: string = '';

  constructor(format: string, mediaType: string) {
    this.format = format;
    this.mediaType = mediaType;
  }

  failed(problem: i32, message: string): Header {
    this.problem = problem;
    this.message = message;
    return this;
  }

  /** Truncated if `reader` has run past the end, malformed if there are no pixels. */
  checked(reader: ByteReader): Header {
    if (this.problem !== 0) return this;
    if (reader.isShort) return this.failed(Problem.TRUNCATED, 'the ' + this.format + ' file ends early');
    if (this.width === 0 || this.height === 0) {
      return this.failed(Problem.MALFORMED, 'the ' + this.format + ' header gives the image no pixels');
    }
    return this;
  }
}
