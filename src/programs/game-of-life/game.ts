import {
  FabricError,
  type Bytes,
  type CellId,
  type DemoStage,
  type ProgramTasklet,
  type RunHandle,
  type RunId,
} from '../../sdk/index.ts';
import { Field, type LentBand, type Position } from './field.ts';

/** Losses in a row without a generation between them. */
const LOSSES_MAX = 5;

/** Which rows of the board lie where. */
export interface Place {
  readonly cell: CellId;
  readonly top: number;
  readonly rows: number;
}

/** A position that all bands had, and how it came about. */
export interface Moment extends Position {
  readonly places: readonly Place[];
  /** Why the board was laid out anew just now. */
  readonly loss?: FabricError;
}

export interface GameOrder {
  readonly start: Position;
  /** The generation to end at. */
  readonly until: number;
  /** Generations from one position that is read to the next: what a loss costs at most. */
  readonly stride: number;
  /** Generations that one run steps, a multiple of the stride. */
  readonly leg: number;
}

/** One game on the cells that are there, from lending the bands to giving them back. */
export class Game {
  readonly #stage: Pick<DemoStage, 'fabric' | 'program' | 'fetchBytes'>;
  /** The runs that ended well. */
  readonly runs: RunId[] = [];
  /** What went wrong on the way, each followed by a new beginning. */
  readonly losses: FabricError[] = [];

  constructor(stage: Pick<DemoStage, 'fabric' | 'program' | 'fetchBytes'>) {
    this.#stage = stage;
  }

  /**
   * Plays, and stands still between two moments until the next one is asked for. Whoever asks for no more ends it, and gives
   * everything back. A band that is lost costs what came after the latest moment. Rejects with the last loss when there were
   * `LOSSES_MAX` in a row.
   */
  async *play(order: GameOrder): AsyncGenerator<Moment, void> {
    const [tasklet] = this.#stage.program.tasklets;
    if (!tasklet) throw new FabricError({ code: 'internal', message: 'The program is not whole.' });
    const module = await this.#stage.fetchBytes(tasklet.moduleUrl);
    let latest = order.start;
    for (let lost = 0; latest.generation < order.until;) {
      const loss = this.losses.at(-1);
      try {
        for await (const moment of this.#onOneField({ ...order, start: latest }, tasklet, module)) {
          const isFirst = moment.generation === latest.generation;
          if (!isFirst) lost = 0;
          latest = moment;
          yield isFirst && loss ? { ...moment, loss } : moment;
        }
      } catch (thrown) {
        if (!(thrown instanceof FabricError) || ++lost > LOSSES_MAX) throw thrown;
        this.losses.push(thrown);
      }
    }
  }

  /** Plays until the end or until something is lost. */
  async *#onOneField(order: GameOrder, tasklet: ProgramTasklet, module: Bytes): AsyncGenerator<Moment, void> {
    const { fabric } = this.#stage;
    const cells = fabric.snapshot().cells.filter(({ state }) => state === 'alive');
    const field = await Field.lend(
      fabric,
      cells.map(({ id }) => id),
      order.start,
    );
    const places = field.bands.map(({ lease, top, rows }) => ({ cell: lease.lessor, top, rows }));
    let isLost = false;
    try {
      yield { ...order.start, places };
      for (let from = order.start.generation; from < order.until; from += order.leg) {
        const to = Math.min(order.until, from + order.leg);
        for await (const position of this.#leg(field, { ...order, from, to }, tasklet, module)) {
          yield { ...position, places };
        }
      }
    } catch (thrown) {
      isLost = true;
      throw thrown;
    } finally {
      const freeing = field.free();
      // A lessor that is gone does not answer.
      if (!isLost) await freeing;
    }
  }

  /** One run for each band, from one generation to another; asked for no more, they end where they rest. */
  async *#leg(
    field: Field,
    { from, to, stride }: { readonly from: number; readonly to: number; readonly stride: number },
    tasklet: ProgramTasklet,
    module: Bytes,
  ): AsyncGenerator<Position, void> {
    const handles = field.bands.map((_, index) => this.#start(field.bands, index, { from, to }, tasklet, module));
    const ending = Promise.all(handles.map(endOf));
    ending.catch(() => undefined);
    let isResting = true;
    try {
      for (let generation = from; generation < to;) {
        isResting = false;
        generation = Math.min(to, generation + stride);
        const advancing = field.advance(generation);
        advancing.catch(() => undefined);
        const position = await Promise.race([advancing, ending.then(() => advancing)]);
        isResting = true;
        yield position;
      }
    } finally {
      if (isResting) await field.callHome().catch(() => undefined);
      else for (const handle of handles) handle.cancel();
      const ended = await Promise.allSettled(handles.map(endOf));
      this.runs.push(...ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : [])));
    }
  }

  #start(
    bands: readonly LentBand[],
    index: number,
    { from, to }: { readonly from: number; readonly to: number },
    { name, fuel, memoryBytes, deadlineMs }: ProgramTasklet,
    module: Bytes,
  ): RunHandle {
    const count = bands.length;
    const { lease } = at(bands, index);
    const [above, below] = [at(bands, (index + count - 1) % count), at(bands, (index + 1) % count)];
    const memory = [
      { leaseId: lease.leaseId },
      { leaseId: above.lease.leaseId, operations: ['read', 'atomic'] as const },
      { leaseId: below.lease.leaseId, operations: ['read', 'atomic'] as const },
    ];
    return this.#stage.fabric.start({
      program: this.#stage.program.name,
      tasklet: name,
      module,
      input: new TextEncoder().encode(`${from} ${to} 1 2`),
      memory,
      on: lease.lessor,
      fuel,
      memoryBytes,
      deadlineMs,
    });
  }
}

/** The run's id when it ended well; rejects with its failure. */
async function endOf({ runId, finished }: RunHandle): Promise<RunId> {
  const { response } = await finished;
  if (response.error) throw new FabricError(response.error);
  return runId;
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new FabricError({ code: 'internal', message: 'There is no such band.' });
  return item;
}
