import { answered, Deadline, snapshotOf, type PageAnswer, type Tab } from '../browser/index.ts';
import { RUN_LIMITS, type LeaseId, type RunId } from '../../core/index.ts';
import type {
  Artifacts,
  FabricSnapshot,
  GraphProgress,
  LeaseView,
  NodeOutcome,
  RevokeResult,
  StewardWish,
} from '../../sdk/index.ts';
import { CommandError } from '../terminal/index.ts';
import {
  artifactsInPage,
  auditInPage,
  cancelInPage,
  cancelProgramInPage,
  finishedInPage,
  freeInPage,
  programFinishedInPage,
  programProgressInPage,
  revokeInPage,
  startInPage,
  startProgramInPage,
  unfenceInPage,
} from './page-work.ts';
import { stewardInPage } from './page-steward.ts';
import type { CellAudit, Seat, SeatProgram, SeatRun, SeatWatch, StewardDone } from './seat.ts';

/** How long one question to a page may take. */
const ANSWER_MS_MAX = 30_000;
/** Over the run's own deadline: a lost cell is noticed and the run made again elsewhere. */
const RUN_SPARE_MS = 30_000;
const PROGRESS_INTERVAL_MS = 150;
/** A whole program: as long as its nodes may take one after the other, within reason. */
const PROGRAM_MS_MAX = 3_600_000;

/** A seat whose tabs belong to this process. */
export class TabSeat implements Seat {
  readonly #tabs: readonly [Tab, ...Tab[]];
  readonly #closed: AbortSignal;
  #programs = 0;

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

  async runProgram(order: SeatProgram, watch: SeatWatch): Promise<readonly NodeOutcome[]> {
    const [tab] = this.#tabs;
    const key = String(++this.#programs);
    const deadline = new Deadline(PROGRAM_MS_MAX, AbortSignal.any([this.#closed, watch.givenUp]));
    const started = tab.page.evaluate(startProgramInPage, { ...order, key });
    await answered(tab, started, deadline, `${order.program.name} to start`);
    const said = new Map<string, string>();
    const look = async (): Promise<void> => {
      const progress = await tab.page.evaluate(programProgressInPage, key);
      for (const line of linesOf(progress)) {
        if (said.get(line.about) !== line.text) watch.say(`  ${line.text}`);
        said.set(line.about, line.text);
      }
    };
    const timer = setInterval(() => void look().catch(() => undefined), PROGRESS_INTERVAL_MS);
    try {
      const finished = tab.page.evaluate(programFinishedInPage, key);
      return await answered(tab, finished, deadline, `${order.program.name} to end`);
    } catch (error) {
      // Gives the shared leases back too.
      await tab.page.evaluate(cancelProgramInPage, key).catch(() => undefined);
      throw error;
    } finally {
      clearInterval(timer);
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

  async steward(wish: StewardWish): Promise<StewardDone> {
    const snapshots = await this.snapshots();
    const tab = this.#tabs[snapshots.findIndex(({ steward }) => steward?.isMine === true)];
    if (tab === undefined) throw notSteward(snapshots);
    const spareMs = wish.what === 'revoke' ? wish.graceMs : 0;
    return this.#ask(tab, tab.page.evaluate(stewardInPage, wish), spareMs);
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

function notSteward([seen]: readonly FabricSnapshot[]): CommandError {
  const hasSteward = seen?.steward !== undefined;
  const message = hasSteward
    ? 'No cell of this command has the key of the steward of this fabric.'
    : 'This fabric has no steward: its link names none, so nobody sets its rules.';
  const recovery = hasSteward
    ? 'Give the key with --steward-key, or use the page in the browser that created the fabric, behind its button Steward.'
    : 'Found one that has: `grafos dev up`, or Create on the page.';
  return CommandError.fromFabric({ code: 'not_steward', message, recovery });
}

/** What there is to say of each node and each shared lease. */
function linesOf(progress: GraphProgress | undefined): readonly { readonly about: string; readonly text: string }[] {
  const { leases = [], nodes = [] } = progress ?? {};
  return [
    ...leases
      .filter(({ state }) => state !== 'wanted')
      .map(({ name, state, lessor }) => {
        const where = lessor === undefined ? '' : ` at ${lessor.slice(0, 8)}`;
        return { about: `lease ${name}`, text: `lease ${name}: ${state}${where}` };
      }),
    ...nodes
      .filter(({ status }) => status !== 'waiting')
      .map(({ node, status, runs, ended }) => {
        const share = runs > 1 ? ` (${ended} of ${runs} runs)` : '';
        return { about: node, text: `${node}: ${status}${share}` };
      }),
  ];
}
