import type { CellId } from '../../core/index.ts';
import { SimNetwork } from '../network/index.ts';
import { SimKeyring, SimSignalingHub } from '../ports/index.ts';
import { Prng } from '../prng.ts';
import { EventQueue, Later, settle } from '../time/index.ts';
import { Deaths } from './deaths.ts';
import { ScaleCell, type ScaleWorld } from './scale-cell.ts';

export interface ScaleOptions {
  readonly seed: number;
  readonly cells: number;
  /** The chance that a packet is lost and has to be sent again, and that a dial fails. */
  readonly loss: number;
}

export interface ScaleSpread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface ScaleReport {
  readonly scenario: 'scale';
  readonly seed: number;
  readonly cells: number;
  readonly loss: number;
  readonly joinMs: ScaleSpread;
  /** Joins that failed and were tried again. */
  readonly joinFailures: number;
  /** From the last arrival until every cell knows every other. */
  readonly allKnownMs: number;
  /** Sent, with frame headers, by an average cell and by the busiest, in a minute in which nothing happens. */
  readonly controlBytesPerCellPerSecond: number;
  readonly controlBytesPerSecondMax: number;
  readonly linksPerCell: ScaleSpread;
  readonly crashes: number;
  readonly deathKnownToAllMs: ScaleSpread;
  readonly goodbyes: number;
  readonly goodbyeKnownToAllMs: ScaleSpread;
  readonly simulatedMs: number;
  readonly violations: readonly string[];
}

const ARRIVAL_MS = 60_000;
const KNOWN_MS_MAX = 60_000;
const REST_MS = 15_000;
const STEADY_MS = 60_000;
const DEATH_MS_MAX = 10_000;
const LEAVERS = 20;
const LEAVE_EVERY_MS = 1_500;
const BYTES_PER_SECOND_MAX = 1_024;
/** A lost packet is sent again after this, and after twice that (RFC 9260 §6.3 with Chromium's least wait). */
const RESEND_MS = 400;
const LOOK_EVERY_MS = 250;

/** Opens `cells` cells within a minute, lets them rest, then has some crash and some leave. */
export async function simulateScale(options: ScaleOptions): Promise<ScaleReport> {
  return new ScaleSimulation(options).run();
}

class ScaleSimulation {
  readonly #options: ScaleOptions;
  readonly #queue = new EventQueue();
  readonly #prng: Prng;
  readonly #cells: ScaleCell[] = [];
  readonly #deaths = new Deaths();
  readonly #sentBytes = new Map<string, number>();
  readonly #violations: string[] = [];
  #isCounting = false;

  constructor(options: ScaleOptions) {
    this.#options = options;
    this.#prng = new Prng(`scale ${options.seed}`);
  }

  async run(): Promise<ScaleReport> {
    const { seed, cells, loss } = this.#options;
    this.#open();
    await this.#until(ARRIVAL_MS);
    const allKnownMs = await this.#untilAllKnow();
    await this.#pass(REST_MS);
    this.#isCounting = true;
    await this.#pass(STEADY_MS);
    this.#isCounting = false;
    await this.#leave();
    await this.#pass(2 * DEATH_MS_MAX);
    const bytesPerSecond = this.#cells.map(({ name }) => ((this.#sentBytes.get(name) ?? 0) * 1_000) / STEADY_MS);
    const report = {
      scenario: 'scale',
      seed,
      cells,
      loss,
      joinMs: spread(this.#cells.map(({ joinedAfterMs = Infinity }) => joinedAfterMs)),
      joinFailures: this.#cells.reduce((sum, { joinFailures }) => sum + joinFailures, 0),
      allKnownMs: Math.round(allKnownMs),
      controlBytesPerCellPerSecond: Math.round(bytesPerSecond.reduce((sum, each) => sum + each, 0) / cells),
      controlBytesPerSecondMax: Math.round(Math.max(...bytesPerSecond)),
      linksPerCell: spread(this.#living().map(({ board }) => board.peers().length)),
      crashes: this.#deaths.knownMs('crash').length,
      deathKnownToAllMs: spread(this.#deaths.knownMs('crash')),
      goodbyes: this.#deaths.knownMs('goodbye').length,
      goodbyeKnownToAllMs: spread(this.#deaths.knownMs('goodbye')),
      simulatedMs: Math.round(this.#queue.nowMs),
    } as const;
    this.#judge(report);
    return { ...report, violations: this.#violations };
  }

  #open(): void {
    const { cells, loss } = this.#options;
    const prng = this.#prng;
    const losses = prng.split('loss');
    const keyring = new SimKeyring();
    const hub = new SimSignalingHub();
    const network = new SimNetwork({
      queue: this.#queue,
      prng: prng.split('network'),
      watch: (from, _to, _channel, frame) => {
        if (this.#isCounting) this.#sentBytes.set(from.name, (this.#sentBytes.get(from.name) ?? 0) + frame.length);
        return '';
      },
      injected: () => undefined,
      resentMs: () => {
        let waitMs = 0;
        for (let nextMs = RESEND_MS; losses.chance(loss); nextMs *= 2) waitMs += nextMs;
        return waitMs;
      },
    });
    const nowhere = { name: '', state: 'running', hold: () => undefined } as const;
    const world: ScaleWorld = {
      queue: this.#queue,
      network,
      hub,
      keyring,
      later: new Later(this.#queue, nowhere, prng.split('later')),
      loss,
      departed: (at, cell) => this.#departed(at, cell),
    };
    for (let index = 0; index < cells; index++) {
      const openAtMs = prng.between(0, ARRIVAL_MS);
      this.#queue.after(openAtMs, 'fault', undefined, 'opens', () => {
        const cell = new ScaleCell(world, index, prng.split(`cell ${index}`));
        this.#cells.push(cell);
        void cell.open();
      });
    }
  }

  #departed(at: ScaleCell, cell: CellId): void {
    if (this.#deaths.heard(at.board.self, cell, this.#queue.nowMs)) return;
    if (at.state === 'running') this.#violate(`a living cell counted as dead at ${at.name}`);
  }

  async #leave(): Promise<void> {
    for (let gone = 0; gone < LEAVERS; gone++) {
      const living = this.#living();
      const leaver = this.#prng.pick(living);
      if (!leaver) return;
      const how = gone % 2 === 0 ? 'crash' : 'goodbye';
      const others = living.filter((each) => each !== leaver).map(({ board }) => board.self);
      this.#deaths.died(leaver.board.self, how, this.#queue.nowMs, others);
      if (how === 'crash') leaver.vanish();
      else leaver.close();
      await this.#pass(LEAVE_EVERY_MS);
    }
  }

  async #untilAllKnow(): Promise<number> {
    const fromMs = this.#queue.nowMs;
    const isKnown = (): boolean => this.#cells.every(({ roster }) => roster.size === this.#cells.length);
    while (!isKnown() && this.#queue.nowMs - fromMs < KNOWN_MS_MAX) await this.#pass(LOOK_EVERY_MS);
    return this.#queue.nowMs - fromMs;
  }

  #judge(report: Omit<ScaleReport, 'violations'>): void {
    if (report.joinMs.max === Infinity) this.#violate('not every cell joined');
    if (report.allKnownMs >= KNOWN_MS_MAX) this.#violate('not every cell came to know every other');
    if (report.controlBytesPerCellPerSecond > BYTES_PER_SECOND_MAX) this.#violate('membership costs too much');
    for (const text of this.#deaths.unheard()) this.#violate(text);
    if (Math.max(report.deathKnownToAllMs.max, report.goodbyeKnownToAllMs.max) > DEATH_MS_MAX) {
      this.#violate(`a death was not known to all within ${DEATH_MS_MAX} ms`);
    }
    const living = this.#living();
    const wrong = living.filter(({ roster }) => roster.size !== living.length).length;
    if (wrong > 0) this.#violate(`${wrong} cells do not know exactly who is there at the end`);
  }

  #living(): readonly ScaleCell[] {
    return this.#cells.filter(({ state }) => state === 'running');
  }

  #violate(text: string): void {
    if (this.#violations.length < 100) this.#violations.push(`${Math.round(this.#queue.nowMs)} ms: ${text}`);
  }

  #pass(forMs: number): Promise<void> {
    return this.#until(this.#queue.nowMs + forMs);
  }

  async #until(untilMs: number): Promise<void> {
    // An event of our own, so that time passes even when nothing else happens.
    this.#queue.after(untilMs - this.#queue.nowMs, 'fault', undefined, 'now', () => undefined);
    while ((this.#queue.nextAtMs() ?? Infinity) <= untilMs) {
      const event = this.#queue.take();
      if (!event || event.isCancelled || event.place?.state === 'gone') continue;
      event.action();
      await settle();
    }
  }
}

function spread(values: readonly number[]): ScaleSpread {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number): number => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
