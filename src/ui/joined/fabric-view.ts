import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import {
  leaseRefIn,
  type Fabric,
  type FabricSnapshot,
  type RunId,
  type RunView,
  type SharedLease,
} from '../../sdk/index.ts';
import type { AppDoors } from '../doors.ts';
import { LeaseDesk } from '../leases/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import type { RunOrder } from '../programs/index.ts';
import { MediaQuery, noticesBetween, type Notice } from '../watch/index.ts';
import { failureOf, isEnded, plural } from '../words/index.ts';
import { ProgramDesk } from './program-desk.ts';
import { DoorReader } from './door-reader.ts';
import { fabricViewStyle } from './fabric-view-style.ts';
import { invitation, section } from './frame.ts';
import { RunDesk } from './run-desk.ts';
import { service } from './service.ts';

/** A fabric from the inside: everything a snapshot holds, and all one can do in it. */
export class FabricView extends LitElement {
  static override properties = {
    fabric: { attribute: false },
    url: {},
    doors: { attribute: false },
    onPhase: { attribute: false },
    snapshot: { state: true },
    selected: { state: true },
  };

  static override styles = [base, controls, pieces, fabricViewStyle];

  declare fabric: Fabric;
  /** The link that led here; it may carry a LeaseRef. */
  declare url: string;
  declare doors: AppDoors;
  /** Called with each new snapshot, for whoever decides what to show when the fabric is over. */
  declare onPhase: (snapshot: FabricSnapshot) => void;
  declare private snapshot: FabricSnapshot | undefined;
  declare private selected: RunId | undefined;
  readonly #desk = new RunDesk(this);
  readonly #programDesk = new ProgramDesk(this);
  readonly #leaseDesk = new LeaseDesk({
    fabric: () => this.fabric,
    tell: (notice) => this.#tell(notice),
    show: (shared) => this.renderRoot.querySelector('ref-dialog')?.show(shared),
  });
  readonly #reader = new DoorReader(this);
  readonly #isWide = new MediaQuery(this, '(min-width: 72rem)');
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.url = '';
    this.onPhase = () => undefined;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('fabric') && this.#stop) return;
    this.#stop?.();
    this.snapshot = this.fabric.snapshot();
    this.#stop = this.fabric.subscribe((snapshot) => this.#onSnapshot(snapshot));
  }

  protected override firstUpdated(): void {
    // A fabric may be over before anyone looks at it.
    if (this.snapshot) this.onPhase(this.snapshot);
    void this.#reader.readPrograms(this.doors);
    void this.#reader.readPreflight(this.doors);
    const ref = leaseRefIn(this.url);
    const program = ref === undefined ? undefined : this.doors.viewOf(ref);
    if (program !== undefined) void this.#openView(program, ref);
    else if (ref !== undefined) void this.#leaseDesk.open(this.url);
  }

  protected override render(): TemplateResult {
    const { snapshot } = this;
    if (!snapshot) return html``;
    return html`<div class="page">
      <app-header
        .snapshot=${snapshot}
        .onRename=${this.#onRename}
        .onInvite=${this.#onInvite}
        .onLeave=${this.#onLeave}
        ><steward-door slot="steward" .fabric=${this.fabric} .snapshot=${snapshot}></steward-door
      ></app-header>
      ${
        this.#isWide.holds
          ? html`<main class="wide">
              <div>${this.#map(snapshot)} ${this.#runs(snapshot)} ${this.#leases(snapshot)}</div>
              <div>
                ${this.#cells(snapshot)} ${this.#programs(snapshot)} ${this.#events(snapshot)}
                ${service(snapshot, this.#reader, this.doors.ice, this.#onCheck)}
              </div>
            </main>`
          : html`<main>
              ${this.#map(snapshot)} ${this.#programs(snapshot)} ${this.#runs(snapshot)} ${this.#cells(snapshot)}
              ${this.#leases(snapshot)} ${this.#events(snapshot)}
              ${service(snapshot, this.#reader, this.doors.ice, this.#onCheck)}
            </main>`
      }
      <invite-dialog .fabric=${this.fabric} .link=${this.url}></invite-dialog>
      <view-dialog></view-dialog>
      <ref-dialog></ref-dialog>
      <notice-stack></notice-stack>
    </div>`;
  }

  #map(snapshot: FabricSnapshot): TemplateResult {
    return html`<section class="map cloth" aria-label="Live map">
      <fabric-map .snapshot=${snapshot}>
        ${snapshot.cells.length < 2 ? invitation(snapshot.fabric.joinUrl) : nothing}
      </fabric-map>
    </section>`;
  }

  #cells({ cells }: FabricSnapshot): TemplateResult {
    const here = cells.filter((cell) => cell.state !== 'gone').length;
    return section('Who is here', plural(here, 'cell'), html`<cell-list .cells=${cells}></cell-list>`);
  }

  #leases({ leases, cells, self, takenAtMs }: FabricSnapshot): TemplateResult {
    const active = leases.filter((lease) => lease.state === 'active').length;
    const table = html`<take-lease .cells=${cells} .desk=${this.#leaseDesk}></take-lease>
      <lease-table
        .leases=${leases}
        .cells=${cells}
        .self=${self}
        .takenAtMs=${takenAtMs}
        .desk=${this.#leaseDesk}
      ></lease-table>`;
    return section('Leases', active === 0 ? '' : `${active} live`, table);
  }

  #events({ events }: FabricSnapshot): TemplateResult {
    const log = html`<event-log .events=${events}></event-log>
      <audit-save .onSave=${() => this.fabric.audit()} .onFailure=${this.#onAuditFailure}></audit-save>`;
    return section('Events', '', log);
  }

  #programs(snapshot: FabricSnapshot): TemplateResult {
    const shelf = html`<program-shelf
      .programs=${this.#reader.programs}
      .failure=${this.#reader.programsFailure}
      .cells=${snapshot.cells}
      .latestRuns=${latestRuns(snapshot)}
      .startFailures=${this.#desk.failures}
      .starting=${this.#desk.starting}
      .onRun=${this.#onRun}
      .onCancel=${this.#onCancel}
      .onShow=${this.#onShow}
      .onReload=${() => void this.#reader.readPrograms(this.doors)}
      .doors=${this.doors}
      .demoStates=${this.#programDesk.states(snapshot)}
      .onDemo=${this.#onDemo}
      .onView=${(program: string) => void this.#openView(program)}
    ></program-shelf>`;
    return section('Programs', '', shelf);
  }

  #runs(snapshot: FabricSnapshot): TemplateResult {
    const run = snapshot.runs.find((other) => other.runId === this.selected);
    const found = run && this.#desk.found(run.runId);
    const state = found === 'loading' || found === 'missing' ? found : found ? 'loaded' : 'none';
    const ledger = html`<div class="ledger">
      <run-list
        .runs=${snapshot.runs}
        .cells=${snapshot.cells}
        .self=${snapshot.self}
        .selected=${this.selected}
        .cancellable=${this.#desk.cancellable}
        .onSelect=${this.#onShow}
        .onCancel=${this.#onCancel}
      ></run-list>
      ${
        snapshot.runs.length === 0
          ? nothing
          : html`<result-panel
              .run=${run}
              .artifacts=${typeof found === 'object' ? found : undefined}
              .artifactsState=${state}
              .cells=${snapshot.cells}
              .mediaType=${this.#mediaType(run)}
              .canRunAgain=${run !== undefined && this.#desk.canRepeat(run.runId)}
              .onRunAgain=${this.#onRunAgain}
            ></result-panel>`
      }
    </div>`;
    return section('Runs', snapshot.runs.length === 0 ? '' : plural(snapshot.runs.length, 'run'), ledger);
  }

  #mediaType(run: RunView | undefined): string {
    const offered = this.#reader.programs?.find((other) => other.name === run?.program);
    const tasklet = offered?.tasklets.find((each) => each.name === run?.tasklet);
    return this.#desk.outputType(run?.runId) ?? tasklet?.outputType ?? '';
  }

  #onSnapshot(snapshot: FabricSnapshot): void {
    const before = this.snapshot;
    this.snapshot = snapshot;
    if (before) for (const notice of noticesBetween(before, snapshot)) this.#tell(notice);
    const run = snapshot.runs.find((other) => other.runId === this.selected);
    if (run && isEnded(run.status)) void this.#desk.find(this.fabric, run.runId);
    this.onPhase(snapshot);
  }

  #tell(notice: Notice): void {
    this.renderRoot.querySelector('notice-stack')?.add(notice);
  }

  #tellFailure(what: string, thrown: unknown): void {
    this.#tell({ tone: 'bad', text: `${what}: ${failureOf(thrown).message}` });
  }

  readonly #onRun = (order: RunOrder): void => {
    void this.#desk.start(this.fabric, this.doors, order).then((runId) => runId && this.#select(runId));
  };

  readonly #onRunAgain = (runId: RunId): void => {
    void this.#desk.repeat(this.fabric, this.doors, runId).then((next) => next && this.#select(next));
  };

  readonly #onCancel = (runId: RunId): void => this.#desk.cancel(runId);

  // Asked for by a person, so on a phone the result is brought into view.
  readonly #onShow = (runId: RunId): void => {
    this.#select(runId);
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector('result-panel')?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    });
  };

  readonly #onAuditFailure = (thrown: unknown): void => this.#tellFailure('The audit chain was not saved', thrown);

  readonly #onRename = (name: string): void => {
    this.fabric.rename(name).catch((thrown: unknown) => this.#tellFailure('The name was not changed', thrown));
  };

  readonly #onInvite = (): void => this.renderRoot.querySelector('invite-dialog')?.show();

  readonly #onLeave = (): void => {
    this.fabric.leave().catch((thrown: unknown) => this.#tellFailure('Leaving failed', thrown));
  };

  readonly #onCheck = (): void => {
    void this.#reader.readSignaling(this.doors, this.snapshot?.signaling.url ?? '');
  };

  readonly #onDemo = (program: string): void => {
    if (this.snapshot) void this.#programDesk.show(this.doors, program, this.snapshot);
  };

  async #openView(program: string, ref?: string): Promise<void> {
    const { fabric } = this;
    const share = (lease: SharedLease): void => this.#leaseDesk.show(lease);
    const stage = { fabric, share, ...(ref === undefined ? {} : { ref }) };
    try {
      const { title, element } = await this.#programDesk.view(this.doors, program, stage);
      this.renderRoot.querySelector('view-dialog')?.show(title, element);
    } catch (thrown) {
      this.#tellFailure('The view was not opened', thrown);
    }
  }

  #select(runId: RunId): void {
    this.selected = runId;
    const run = this.snapshot?.runs.find((other) => other.runId === runId);
    if (run && isEnded(run.status)) void this.#desk.find(this.fabric, runId);
  }
}

// Runs come newest first, so the first of a program is its latest.
function latestRuns(snapshot: FabricSnapshot): ReadonlyMap<string, RunView> {
  const latest = new Map<string, RunView>();
  for (const run of snapshot.runs) {
    if (run.submitter === snapshot.self && !latest.has(run.program)) latest.set(run.program, run);
  }
  return latest;
}

customElements.define('fabric-view', FabricView);

declare global {
  interface HTMLElementTagNameMap {
    'fabric-view': FabricView;
  }
}
