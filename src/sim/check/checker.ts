import type { RunId } from '../../core/index.ts';
import type { SimTab } from '../tab.ts';
import type { Watch } from '../watch.ts';
import { unfinished, type Submission } from './liveness.ts';
import {
  AuditRules,
  EpochRules,
  LeaseRules,
  MemoryRules,
  PolicyRules,
  PresenceRules,
  RunRules,
} from './rules/index.ts';
import type { Violations } from './violations.ts';

/** Everything that watches one seed: safety after every step, liveness when asked. */
export class Checker implements Required<Watch> {
  readonly opened: (tab: SimTab) => void;
  /** Told by whoever operates on regions. */
  readonly memory: MemoryRules;
  /** Told by the steward. */
  readonly policy: PolicyRules;
  readonly #violations: Violations;
  readonly #leases: LeaseRules;
  readonly #runs: RunRules;
  readonly #epochs: EpochRules;
  readonly #audit: AuditRules;
  /** Only where nothing happens that may make a cell count as gone. */
  readonly #presence: PresenceRules | undefined;
  readonly #submitted: Submission[] = [];
  readonly #answered = new Set<string>();

  /** `opened` hears of every tab that opens: somebody has to sit down at it. `isSteady`: nothing but networks change. */
  constructor(violations: Violations, opened: (tab: SimTab) => void, isSteady = false) {
    this.opened = opened;
    this.#violations = violations;
    this.#leases = new LeaseRules(violations);
    this.#runs = new RunRules(violations, this.#leases);
    this.memory = new MemoryRules(violations, this.#leases);
    this.policy = new PolicyRules(violations);
    this.#epochs = new EpochRules(violations);
    this.#audit = new AuditRules(violations);
    this.#presence = isSteady ? new PresenceRules(violations) : undefined;
  }

  /** How many runs were submitted, and how many of them were answered. */
  get runs(): { readonly submitted: number; readonly answered: number } {
    return { submitted: this.#submitted.length, answered: this.#answered.size };
  }

  readonly stepped = (tab: SimTab | undefined): void => {
    if (tab?.state !== 'running') return;
    const snapshot = tab.host.snapshot();
    this.#leases.observe(tab, snapshot);
    this.#runs.observe(tab, snapshot);
    this.#audit.observe(tab, snapshot);
    this.policy.observe(tab, snapshot);
    this.#presence?.observe(tab, snapshot);
  };

  readonly gone = (tab: SimTab): void => {
    this.#leases.gone(tab);
    this.#runs.gone(tab);
    this.#epochs.gone(tab);
    this.policy.gone(tab);
    this.#audit.gone(tab);
    this.#presence?.gone(tab);
  };

  readonly submitted = (tab: SimTab, runId: RunId): void => {
    this.#submitted.push({ tab, runId });
  };

  readonly answered: Required<Watch>['answered'] = (tab, runId, result) => {
    if (this.#answered.has(runId)) this.#violations.add('one outcome a run', `${tab.name}: ${runId} answered twice`);
    this.#answered.add(runId);
    if (result.ok) this.#runs.held(tab, runId, result.value);
  };

  readonly stored: Required<Watch>['stored'] = (tab, runId, artifacts) => this.#runs.held(tab, runId, artifacts);
  readonly runStarted: Required<Watch>['runStarted'] = (tab, run) => this.#runs.started(tab, run);
  readonly runSettled: Required<Watch>['runSettled'] = (tab, run, result) => this.#runs.settled(tab, run, result);

  readonly sent: Required<Watch>['sent'] = (from, to, frame, payload) => {
    this.#runs.sent(from, to, frame, payload);
    this.#epochs.sent(from, to, frame, payload);
  };

  readonly sealed: Required<Watch>['sealed'] = (tab, record) => this.#audit.sealed(tab, record);

  /** At the very end: what can only be told of the whole. */
  conclude(): void {
    this.#audit.conclude();
  }

  /** What a healed fabric of these tabs still owes. */
  unfinished(tabs: readonly SimTab[]): readonly string[] {
    return [...unfinished(tabs, this.#answered, this.#submitted), ...this.policy.unfinished(tabs)];
  }
}
