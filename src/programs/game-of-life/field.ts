import { FabricError, type Bytes, type CellId, type Fabric, type LeaseHandle, type Region } from '../../sdk/index.ts';
import { bandsOf, cutOut, type Band, type Board } from './board.ts';

/** More would be bands of few rows that do little but wait for one another. */
const BANDS_MAX = 8;

const GENERATION_AT = 0;
const UNTIL_AT = 4;
const ROWS_AT = 8;
const COLUMNS_AT = 12;
const SLOTS_AT = 16;
/** As the word at `UNTIL_AT`: come home from where you rest. */
const HOME = 0xffff_ffff;

const LEASE_TTL_MS = 60_000;
/** A band at work says more often where it is. */
const LOOK_EVERY_MS = 10_000;

/** A board as it is at one generation. */
export interface Position {
  readonly generation: number;
  readonly board: Board;
}

/** One band, and the lease that it lies in. */
export interface LentBand extends Band {
  readonly lease: LeaseHandle;
  readonly region: Region;
}

/** A board in leased memory: one band in each cell that lends some, each with two slots, for odd and even generations. */
export class Field {
  readonly bands: readonly LentBand[];
  readonly #columns: number;
  readonly #rows: number;
  /** Where all of them rested last. */
  #generation: number;

  private constructor({ generation, board: { columns, rows } }: Position, bands: readonly LentBand[]) {
    this.#generation = generation;
    this.#columns = columns;
    this.#rows = rows;
    this.bands = bands;
  }

  /** Takes a lease from each cell that would give one and lays the board out in them. Rejects when none would. */
  static async lend(fabric: Fabric, cells: readonly CellId[], position: Position): Promise<Field> {
    const { board } = position;
    const willing = cells.slice(0, Math.min(BANDS_MAX, board.rows));
    const bytes = SLOTS_AT + 2 * Math.ceil(board.rows / Math.max(1, willing.length)) * board.columns;
    const asked = await Promise.allSettled(
      willing.map((cell) => fabric.lease.mem({ bytes }).ttl(LEASE_TTL_MS).on(cell).keepAlive().acquire()),
    );
    const leases = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    try {
      // Fewer bands than were asked for are larger ones.
      if (leases.length < asked.length && leases.length > 0) {
        await freeAll(leases);
        return await Field.lend(
          fabric,
          leases.map(({ lessor }) => lessor),
          position,
        );
      }
      if (leases.length === 0) throw refusalOf(asked);
      const bands = await Promise.all(
        bandsOf(board.rows, leases.length).map(async (band, index): Promise<LentBand> => {
          const lease = leases[index];
          if (!lease) throw new FabricError({ code: 'internal', message: 'There is a band for each lease.' });
          const region = await lease.region();
          await region.writev(layOut(position, band));
          return { ...band, lease, region };
        }),
      );
      return new Field(position, bands);
    } catch (thrown) {
      await freeAll(leases);
      throw thrown;
    }
  }

  /** Lets every band step on until it is at `generation`, and reads them all there, where they rest. */
  async advance(generation: number): Promise<Position> {
    const squares = new Uint8Array(this.#columns * this.#rows);
    await Promise.all([
      this.#allow(generation),
      ...this.bands.map(async (band) => {
        squares.set(await this.#squaresOf(band, generation), band.top * this.#columns);
      }),
    ]);
    this.#generation = generation;
    return { generation, board: { columns: this.#columns, rows: this.#rows, squares } };
  }

  /** Has the runs end that rest where they were allowed to go. */
  async callHome(): Promise<void> {
    await this.#allow(HOME);
  }

  async free(): Promise<void> {
    await freeAll(this.bands.map(({ lease }) => lease));
  }

  async #allow(generation: number): Promise<void> {
    await Promise.all(
      this.bands.flatMap(({ region }) => [region.u32.store(UNTIL_AT, generation), region.notify(UNTIL_AT)]),
    );
  }

  async #squaresOf({ region, rows }: LentBand, generation: number): Promise<Bytes> {
    const length = rows * this.#columns;
    for (let seen = this.#generation; ;) {
      await region.wait(GENERATION_AT, seen, LOOK_EVERY_MS);
      const [head, squares] = await region.readv([
        { offset: GENERATION_AT, length: 4 },
        { offset: slotAt(generation, length), length },
      ]);
      if (!head || !squares) throw new FabricError({ code: 'internal', message: 'Two ranges were read.' });
      seen = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
      if (seen === generation) return squares;
    }
  }
}

function layOut({ generation, board }: Position, band: Band) {
  const head = new DataView(new ArrayBuffer(SLOTS_AT));
  head.setUint32(GENERATION_AT, generation, true);
  head.setUint32(UNTIL_AT, generation, true);
  head.setUint32(ROWS_AT, band.rows, true);
  head.setUint32(COLUMNS_AT, board.columns, true);
  const squares = cutOut(board, band);
  return [
    { offset: 0, bytes: new Uint8Array(head.buffer) },
    { offset: slotAt(generation, squares.length), bytes: squares },
  ];
}

function slotAt(generation: number, squares: number): number {
  return SLOTS_AT + (generation % 2) * squares;
}

async function freeAll(leases: readonly LeaseHandle[]): Promise<void> {
  await Promise.allSettled(leases.map((lease) => lease.free()));
}

function refusalOf(asked: readonly PromiseSettledResult<unknown>[]): unknown {
  const refused = asked.find((each) => each.status === 'rejected');
  return (
    refused?.reason ??
    new FabricError({ code: 'runtime_not_ready', message: 'No cell is here that could lend a band.' })
  );
}
