import { shortId, toBase64, toHex, type Bytes, type LeaseId, type RunId } from '../../../core/index.ts';
import type { Artifacts, FabricSnapshot } from '../../../sdk/index.ts';
import type { TaskletResult } from '../../../tasklet/index.ts';
import { EVENT, FRAME_KIND, REQUEST, type Frame } from '../../../wire/index.ts';
import type { SimRun } from '../../ports/index.ts';
import type { SimTab } from '../../tab.ts';
import type { LeaseRules } from './lease-rules.ts';
import type { Violations } from '../violations.ts';

interface Execution {
  readonly tab: SimTab;
  readonly run: SimRun;
  readonly attempt: number;
  result?: TaskletResult;
}

/**
 * The rules of runs (DESIGN §9): none without live leases, each attempt once and at a cell of its
 * own, one outcome each, and no outcome that did not
 * happen. Executions are seen at the engine, orders and outcomes on the wire, results where the submitter gets them.
 */
export class RunRules {
  readonly #violations: Violations;
  readonly #leases: LeaseRules;
  readonly #executions = new Map<string, Execution[]>();
  /** Which leases a run was submitted with, as its order said on the wire. */
  readonly #orders = new Map<string, readonly LeaseId[]>();
  readonly #outcomes = new Map<SimTab, Map<RunId, string>>();
  readonly #artifacts = new Map<string, string>();
  readonly #settled: Execution[] = [];
  readonly #late = new Map<string, string>();

  constructor(violations: Violations, leases: LeaseRules) {
    this.#violations = violations;
    this.#leases = leases;
  }

  started(tab: SimTab, run: SimRun): void {
    const { runId } = run.order;
    const executions = this.#executions.get(runId) ?? [];
    const attempt = tab.host.snapshot().runs.find((view) => view.runId === runId)?.attempt ?? 1;
    this.#executions.set(runId, [...executions, { tab, run, attempt }]);
    for (const other of executions) {
      if (other.tab !== tab && other.attempt !== attempt) continue;
      const where = other.tab === tab ? 'twice here' : `at ${other.tab.name} too, both as attempt ${attempt}`;
      this.#violations.add('a run runs once', `${tab.name}: run ${shortId(runId)} was started ${where}`);
    }
  }

  settled(tab: SimTab, run: SimRun, result: TaskletResult): void {
    const execution = this.#executions.get(run.order.runId)?.find((each) => each.run === run);
    if (!execution) return;
    execution.result = result;
    if (tab.state === 'running') this.#settled.push(execution);
  }

  sent(from: SimTab, to: SimTab, frame: Frame, payload: Bytes): void {
    if (frame.kind === FRAME_KIND.request && frame.type === REQUEST.runSubmit.code) {
      const order = REQUEST.runSubmit.read(payload);
      if (order.ok) this.#orders.set(orderKey(to, order.value.runId), [order.value.cpuLease, order.value.memLease]);
    } else if (frame.kind === FRAME_KIND.event && frame.type === EVENT.runFinished.code) {
      const news = EVENT.runFinished.read(payload);
      if (news.ok) this.#finished(from, news.value.runId, toHex(news.value.outcome.signature));
    }
  }

  /** After a step of this tab: what runs here, and what has just ended here. */
  observe(tab: SimTab, snapshot: FabricSnapshot): void {
    const running = tab.engine.running();
    if (running.length > tab.engine.slots) {
      this.#violations.add('slots are slots', `${tab.name}: ${running.length} runs in ${tab.engine.slots} slots`);
    }
    for (const run of running) this.#leased(tab, run.order.runId, snapshot, 'runs');
    for (const { run, result } of this.#settled.splice(0)) {
      if (result?.status === 'succeeded') this.#noteIfLate(tab, run.order.runId, snapshot);
    }
  }

  /** What a submitter holds in its hands, or has stored, for one run. */
  held(tab: SimTab, runId: string, artifacts: Artifacts): void {
    const { response, outputBase64 } = artifacts;
    const text = JSON.stringify([response.status, response.output, response.cell, response.error?.code ?? '']);
    const before = this.#artifacts.get(runId) ?? text;
    this.#artifacts.set(runId, before);
    if (before !== text) {
      this.#violations.add('one outcome a run', `${tab.name}: run ${shortId(runId)} has ${before} and ${text}`);
    }
    if (response.status !== 'succeeded') return;
    const late = this.#late.get(`${response.cell ?? ''}/${runId}`);
    if (late !== undefined) {
      this.#violations.add('nothing succeeds after the end', `run ${shortId(runId)} succeeded at ${late}`);
    }
    const isTrue = this.#executions
      .get(runId)
      ?.some(({ result }) => result?.status === 'succeeded' && toBase64(result.output) === outputBase64);
    if (isTrue !== true) {
      this.#violations.add('results are true', `${tab.name}: run ${shortId(runId)} succeeded nowhere with that output`);
    }
  }

  gone(tab: SimTab): void {
    this.#outcomes.delete(tab);
  }

  #finished(tab: SimTab, runId: RunId, signature: string): void {
    const outcomes = this.#outcomes.get(tab) ?? new Map<RunId, string>();
    this.#outcomes.set(tab, outcomes);
    const before = outcomes.get(runId);
    outcomes.set(runId, signature);
    if (before !== undefined && before !== signature) {
      this.#violations.add('one outcome a run', `${tab.name}: run ${shortId(runId)} was reported in two ways`);
    }
  }

  /** A live lease of each kind stands under the run. One past its deadline is the lease rules' business. */
  #leased(tab: SimTab, runId: RunId, snapshot: FabricSnapshot, doing: string): void {
    const order = this.#orders.get(orderKey(tab, runId));
    for (const kind of ['cpu', 'mem'] as const) {
      const isLeased = snapshot.leases.some(
        (lease) =>
          lease.lessor === snapshot.self &&
          lease.kind === kind &&
          lease.state === 'active' &&
          (order ? order.includes(lease.leaseId) : lease.runId === runId),
      );
      if (isLeased) continue;
      this.#violations.add(
        'no run without leases',
        `${tab.name}: run ${shortId(runId)} ${doing} without ${kind} lease`,
      );
    }
  }

  /** Notes a tasklet that was done only after its leases had run out: its run must not count as a success. */
  #noteIfLate(tab: SimTab, runId: RunId, snapshot: FabricSnapshot): void {
    const order = this.#orders.get(orderKey(tab, runId)) ?? [];
    const own = snapshot.leases.filter((lease) => lease.runId === runId).map(({ leaseId }) => leaseId);
    for (const leaseId of order.length > 0 ? order : own) {
      const lease = this.#leases.granted(tab, leaseId);
      const overMs = lease && tab.clock.nowMs() - lease.expiresAtMs;
      if (overMs === undefined || overMs < 0) continue;
      this.#late.set(
        `${tab.host.self}/${runId}`,
        `${tab.name}, ${overMs.toFixed(1)} ms after the end of its ${lease?.kind} lease`,
      );
    }
  }
}

function orderKey(tab: SimTab, runId: RunId): string {
  return `${tab.name}/${tab.session}/${runId}`;
}
