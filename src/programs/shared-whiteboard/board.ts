import { FabricVec, type Codec } from '../../collections/index.ts';
import { FabricError, type Region } from '../../sdk/index.ts';

/** What a LeaseRef to a board says of its bytes. */
export const BOARD_LAYOUT = 'vec/stroke';
export const BOARD_BYTES = 1 << 20;

/** Points of a piece run from 0 to this, left to right and top to bottom. */
export const SPAN = 0xffff;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A part of a stroke. Whoever draws sends one every few points; those of one stroke belong together. */
export interface Piece {
  /** Who drew it: the first 32 bits of a cell id. */
  readonly author: number;
  readonly stroke: number;
  readonly colour: number;
  readonly widthPx: number;
  /** None once it was taken back. */
  readonly points: readonly Point[];
}

/** What a board shows that it did not before. */
export interface BoardChange {
  /** Whether everything shown before is to go first. */
  readonly isFresh: boolean;
  readonly pieces: readonly Piece[];
}

const HEAD_BYTES = 10;
const POINT_BYTES = 4;
export const PIECE_POINTS_MAX = 28;
const PIECE_BYTES_MAX = HEAD_BYTES + PIECE_POINTS_MAX * POINT_BYTES;
/** With the length before it, as a vec of slots has it. */
const SLOT_BYTES = PIECE_BYTES_MAX + 4;
/** Behind the vec: a count of changes, and a count of those that were not pushes. */
const TAIL_BYTES = 8;

const SHAPE = { elementBytesMax: PIECE_BYTES_MAX };

/** Strokes in leased memory: a vec of pieces at the start of the region, and two words at its end that say when to look. */
export class Board {
  readonly capacity: number;
  readonly #region: Region;
  readonly #vec: FabricVec<Piece>;
  readonly #changesAt: number;
  readonly #revisionAt: number;

  private constructor(region: Region, vec: FabricVec<Piece>) {
    this.#region = region;
    this.#vec = vec;
    this.capacity = vec.capacity;
    this.#changesAt = region.sizeBytes - TAIL_BYTES;
    this.#revisionAt = this.#changesAt + 4;
  }

  /** Lays an empty board out. */
  static async create(region: Region): Promise<Board> {
    const capacity = Math.floor((region.sizeBytes - TAIL_BYTES) / SLOT_BYTES) - 1;
    return new Board(region, await FabricVec.create(region, piece, { ...SHAPE, capacity }));
  }

  /** Opens one. Rejects with `invalid_argument` when something else is there. */
  static async open(region: Region): Promise<Board> {
    return new Board(region, await FabricVec.open(region, piece, SHAPE));
  }

  /** Rejects with `capacity_exceeded` when the board is full. */
  async push(pieces: readonly Piece[]): Promise<void> {
    await this.#vec.pushMany(pieces);
    await this.#tell();
  }

  pieces(): Promise<Piece[]> {
    return this.#vec.getMany(0, this.capacity);
  }

  /** Takes one stroke back. */
  async erase(author: number, stroke: number): Promise<void> {
    const pieces = await this.pieces();
    const erased = pieces.map(async (each, index) => {
      if (each.author === author && each.stroke === stroke) await this.#vec.set(index, { ...each, points: [] });
    });
    await Promise.all(erased);
    await this.#revise();
  }

  async clear(): Promise<void> {
    await this.#vec.resize(0);
    await this.#revise();
  }

  /** What there is, then what is new, for as long as the lease lives: rejects with the code of its end. */
  async *changes(): AsyncGenerator<BoardChange, void> {
    const news = this.#region.watch({ offset: this.#changesAt, length: TAIL_BYTES })[Symbol.asyncIterator]();
    for (let seen = 0, revision = -1; ;) {
      const latest = await this.#region.u32.load(this.#revisionAt);
      const isFresh = latest !== revision;
      if (isFresh) seen = 0;
      revision = latest;
      const pieces = await this.#vec.getMany(seen, this.capacity);
      seen += pieces.length;
      yield { isFresh, pieces };
      if ((await news.next()).done === true) return;
    }
  }

  async #revise(): Promise<void> {
    await Promise.all([this.#region.u32.add(this.#revisionAt, 1), this.#tell()]);
  }

  // Operations of one caller take effect in their order, so whoever is woken sees the count.
  async #tell(): Promise<void> {
    await Promise.all([this.#region.u32.add(this.#changesAt, 1), this.#region.notify(this.#changesAt)]);
  }
}

/** u32 author, u32 stroke, u8 colour, u8 width, then u16 x and u16 y of each point; little-endian. */
export const piece: Codec<Piece> = {
  encode({ author, stroke, colour, widthPx, points }) {
    const encoded = new Uint8Array(HEAD_BYTES + points.length * POINT_BYTES);
    const view = new DataView(encoded.buffer);
    view.setUint32(0, author, true);
    view.setUint32(4, stroke, true);
    view.setUint8(8, colour);
    view.setUint8(9, widthPx);
    for (const [index, { x, y }] of points.entries()) {
      view.setUint16(HEAD_BYTES + index * POINT_BYTES, x, true);
      view.setUint16(HEAD_BYTES + index * POINT_BYTES + 2, y, true);
    }
    return encoded;
  },
  decode(encoded) {
    const { buffer, byteOffset, length } = encoded;
    const count = (length - HEAD_BYTES) / POINT_BYTES;
    if (!Number.isInteger(count) || count < 0) {
      throw new FabricError({ code: 'invalid_argument', message: 'the bytes found there are no piece of a stroke' });
    }
    const view = new DataView(buffer, byteOffset, length);
    return {
      author: view.getUint32(0, true),
      stroke: view.getUint32(4, true),
      colour: view.getUint8(8),
      widthPx: view.getUint8(9),
      points: Array.from({ length: count }, (_, index) => ({
        x: view.getUint16(HEAD_BYTES + index * POINT_BYTES, true),
        y: view.getUint16(HEAD_BYTES + index * POINT_BYTES + 2, true),
      })),
    };
  },
};
