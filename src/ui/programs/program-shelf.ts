import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CellView, FabricFailure, LoadedProgram, PickedFile, Program, RunId, RunView } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import type { AppDoors } from '../doors.ts';
import { GraphDesk } from '../graph/index.ts';
import { LoadDesk } from '../loading/index.ts';
import type { DemoState } from './demo-show.ts';
import type { RunOrder } from './order.ts';

/** The programs that can be run here; one of them open at a time. */
export class ProgramShelf extends LitElement {
  static override properties = {
    programs: { attribute: false },
    failure: { attribute: false },
    cells: { attribute: false },
    latestRuns: { attribute: false },
    startFailures: { attribute: false },
    starting: { attribute: false },
    onRun: { attribute: false },
    onCancel: { attribute: false },
    onShow: { attribute: false },
    onReload: { attribute: false },
    doors: { attribute: false },
    demoStates: { attribute: false },
    onDemo: { attribute: false },
    onView: { attribute: false },
    openName: { state: true },
  };

  static override styles = [
    base,
    controls,
    pieces,
    css`
      .shelf {
        display: grid;
        gap: var(--gap-3);
      }
    `,
  ];

  /** Undefined while they load. */
  declare programs: readonly Program[] | undefined;
  declare failure: FabricFailure | undefined;
  declare cells: readonly CellView[];
  /** The newest run of each program that this tab started, by program name. */
  declare latestRuns: ReadonlyMap<string, RunView>;
  declare startFailures: ReadonlyMap<string, FabricFailure>;
  declare starting: ReadonlySet<string>;
  declare onRun: (order: RunOrder) => void;
  declare onCancel: (runId: RunId) => void;
  declare onShow: (runId: RunId) => void;
  declare onReload: () => void;
  declare doors: AppDoors;
  declare demoStates: ReadonlyMap<string, DemoState>;
  declare onDemo: (program: string) => void;
  declare onView: (program: string) => void;
  declare private openName: string | undefined;
  readonly #loads = new LoadDesk(this);
  readonly #graphs = new GraphDesk(this);

  constructor() {
    super();
    this.cells = [];
    this.latestRuns = new Map();
    this.startFailures = new Map();
    this.starting = new Set();
    this.onRun = () => undefined;
    this.onCancel = () => undefined;
    this.onShow = () => undefined;
    this.onReload = () => undefined;
    this.demoStates = new Map();
    this.onDemo = () => undefined;
    this.onView = () => undefined;
  }

  protected override firstUpdated(): void {
    void this.#loads.start(this.doors);
  }

  protected override render(): TemplateResult {
    const { programs: loaded, failure, isBusy } = this.#loads;
    const openKey = this.openName ?? loaded[0]?.id ?? this.programs?.[0]?.name;
    return html`<div class="shelf">
      ${loaded.map((each) => this.#loaded(each, each.id === openKey))} ${this.#offered(openKey)}
      <program-loader
        .failure=${failure}
        .isBusy=${isBusy}
        .onFiles=${this.#onFiles}
        .onUrl=${this.#onUrl}
      ></program-loader>
    </div>`;
  }

  #offered(openKey: string | undefined): TemplateResult | readonly TemplateResult[] {
    if (this.failure) {
      return html`<failure-card .failure=${this.failure} heading="The programs did not load"
        ><button type="button" @click=${() => this.onReload()}>Load them again</button></failure-card
      >`;
    }
    if (!this.programs) return html`<p class="empty" role="status">Looking for programs…</p>`;
    if (this.programs.length === 0) {
      return html`<p class="empty">
        <strong>No programs here</strong>This page was built without any. Build it with <code>npm run build</code>, then
        reload.
      </p>`;
    }
    return this.programs.map((program) => {
      const { name } = program;
      const brings = { hasDemo: this.doors.demos.includes(name), hasView: this.doors.views.includes(name) };
      return this.#card(program, name, name === openKey, brings);
    });
  }

  #loaded(loaded: LoadedProgram, isOpen: boolean): TemplateResult {
    const note = html`<loaded-note
      slot="end"
      .loaded=${loaded}
      .onRemove=${() => {
        this.#graphs.forget(loaded.id);
        void this.#loads.remove(this.doors, loaded.id);
      }}
    ></loaded-note>`;
    return this.#card(loaded.program, loaded.id, isOpen, { hasDemo: false, hasView: false, note });
  }

  #card(program: Program, key: string, isOpen: boolean, { hasDemo, hasView, note }: Brought): TemplateResult {
    return html`<program-card
      .program=${program}
      .cells=${this.cells}
      .latest=${this.latestRuns.get(program.name)}
      .failure=${this.startFailures.get(program.name)}
      .isOpen=${isOpen}
      .isStarting=${this.starting.has(program.name)}
      .inputBytesMax=${this.doors.inputBytesMax}
      .onOpen=${() => {
        this.openName = isOpen ? '' : key;
      }}
      .onRun=${this.onRun}
      .onCancel=${this.onCancel}
      .onShow=${this.onShow}
      .hasDemo=${hasDemo}
      .hasView=${hasView}
      .demoState=${this.demoStates.get(program.name)}
      .onDemo=${() => this.onDemo(program.name)}
      .onView=${() => this.onView(program.name)}
      >${
        isOpen && program.graph.length > 0
          ? html`<whole-run
              slot="whole"
              .program=${program}
              .state=${this.#graphs.state(key)}
              .onRun=${() => void this.#graphs.run(this.doors, key, program)}
              .onCancel=${() => this.#graphs.cancel(key)}
            ></whole-run>`
          : nothing
      }${isOpen ? note : nothing}</program-card
    >`;
  }

  readonly #onFiles = (pick: () => Promise<readonly PickedFile[]>): void => {
    void this.#loads.loadFiles(this.doors, pick).then((loaded) => this.#open(loaded));
  };

  readonly #onUrl = (url: string): void => {
    void this.#loads.loadUrl(this.doors, url).then((loaded) => this.#open(loaded));
  };

  #open(loaded: LoadedProgram | undefined): void {
    if (loaded) this.openName = loaded.id;
  }
}

interface Brought {
  readonly hasDemo: boolean;
  readonly hasView: boolean;
  readonly note?: TemplateResult;
}

customElements.define('program-shelf', ProgramShelf);

declare global {
  interface HTMLElementTagNameMap {
    'program-shelf': ProgramShelf;
  }
}
