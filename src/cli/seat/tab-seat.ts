import { answered, Deadline, snapshotOf, type PageAnswer, type Tab } from '../browser/index.ts';
import { RUN_LIMITS, type LeaseId, type RunId } from '../../core/index.ts';
import type { Artifacts, FabricSnapshot, LeaseView, RevokeResult } from '../../sdk/index.ts';
import { CommandError } from '../terminal/index.ts';
import {
  artifactsInPage,
  auditInPage,
  cancelInPage,
  finishedInPage,
  freeInPage,
  revokeInPage,
  startInPage,
  unfenceInPage,
} from './page-work.ts';
import type { CellAudit, Seat, SeatRun, SeatWatch } from './seat.ts';

/** How long one question to a page may take. */
const ANSWER_MS_MAX = 30_000;
/** Over the run's own deadline: a lost cell is noticed and the run made again elsewhere. */
const RUN_SPARE_MS = 30_000;
const PROGRESS_INTERVAL_MS = 150;

/** A seat whose tabs belong to this process. */
export class TabSeat implements Seat {
  readonly #tabs: readonly [Tab, ...Tab[]];
  readonly #closed: AbortSignal;

  /** `closed` ends whatever is being waited for. */
  constructor(tabs: readonly Tab[], closed: AbortSignal) {
    const [first, ...others] = tabs;
    if (first === undefined) throw CommandError.of('internal', 'A seat has at least one tab.');
    this.#tabs = [first, ...others];
    this.#closed = closed;
  }

  snapshots(): Promise<readonly FabricSnapshot[]> {
    return Promise.all(this.#tabs.map((tab) => snapshotOf(tab, this.#deadline())));
  }

  async run(run: SeatRun, watch: SeatWatch): Promise<Artifacts> {
    const [tab] = this.#tabs;
    const runMs = Math.min(run.deadlineMs, RUN_LIMITS.deadlineMsMax) + RUN_SPARE_MS;
    const deadline = new Deadline(runMs, AbortSignal.any([this.#closed, watch.givenUp]));
    const runId = await answered(tab, tab.page.evaluate(startInPage, run), deadline, `${run.tasklet} to start`);
    const stop = this.#sayProgress(tab, runId, watch.say);
    try {
      return await answered(tab, tab.page.evaluate(finishedInPage, runId), deadline, `${run.tasklet} to end`);
    } catch (error) {
      await tab.page.evaluate(cancelInPage, runId).catch(() => undefined);
      throw error;
    } finally {
      stop();
    }
  }

  async artifacts(runId: RunId): Promise<Artifacts | undefined> {
    for (const tab of this.#tabs) {
      const found = await this.#ask(tab, tab.page.evaluate(artifactsInPage, runId));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async free(leaseId: LeaseId): Promise<boolean> {
    const tab = await this.#tabWith(leaseId, (lease, self) => lease.holder === self || lease.isOpened);
    if (tab === undefined) return false;
    await this.#ask(tab, tab.page.evaluate(freeInPage, leaseId));
    return true;
  }

  async revoke(leaseId: LeaseId, graceMs: number): Promise<RevokeResult> {
    const tab = await this.#tabWith(leaseId, (lease, self) => lease.lessor === self);
    if (tab === undefined) return 'not_found';
    return (await this.#ask(tab, tab.page.evaluate(revokeInPage, { leaseId, graceMs }), graceMs)) ?? 'not_found';
  }

  async unfence(leaseId: LeaseId): Promise<boolean> {
    for (const tab of this.#tabs) {
      if ((await this.#ask(tab, tab.page.evaluate(unfenceInPage, leaseId))) === true) return true;
    }
    return false;
  }

  async audits(): Promise<readonly CellAudit[]> {
    const snapshots = await this.snapshots();
    const audits: CellAudit[] = [];
    for (const [index, tab] of this.#tabs.entries()) {
      const audit = await this.#ask(tab, tab.page.evaluate(auditInPage));
      const self = snapshots[index]?.self;
      if (audit !== undefined && self !== undefined) audits.push({ cell: self, name: tab.name, ...audit });
    }
    return audits;
  }

  async #tabWith(
    leaseId: LeaseId,
    isMine: (lease: LeaseView, self: FabricSnapshot['self']) => boolean,
  ): Promise<Tab | undefined> {
    const snapshots = await this.snapshots();
    const index = snapshots.findIndex(({ self, leases }) =>
      leases.some((lease) => lease.leaseId === leaseId && isMine(lease, self)),
    );
    return this.#tabs[index];
  }

  #ask<T>(tab: Tab, asked: Promise<PageAnswer<T>>, spareMs = 0): Promise<T> {
    return answered(tab, asked, this.#deadline(spareMs), `${tab.name} to answer`);
  }

  #deadline(spareMs = 0): Deadline {
    return new Deadline(ANSWER_MS_MAX + spareMs, this.#closed);
  }

  #sayProgress(tab: Tab, runId: RunId, say: (text: string) => void): () => void {
    let said = '';
    const look = async (): Promise<void> => {
      const { runs, cells } = await snapshotOf(tab, this.#deadline());
      const run = runs.find((each) => each.runId === runId);
      if (run === undefined) return;
      const cell = cells.find(({ id }) => id === run.cell)?.name ?? 'no cell yet';
      const { done = 0, total = 0 } = run.progress ?? {};
      const share = total === 0 ? '' : ` (${Math.floor((100 * done) / total)} %)`;
      const line = `  ${run.tasklet} on ${cell}: ${run.status}${share}`;
      if (line !== said) say(line);
      said = line;
    };
    const timer = setInterval(() => void look().catch(() => undefined), PROGRESS_INTERVAL_MS);
    return () => clearInterval(timer);
  }
}
