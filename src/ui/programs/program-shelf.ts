import { css, html, LitElement, type TemplateResult } from 'lit';
import type { CellView, FabricFailure, Program, RunId, RunView } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
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
    inputBytesMax: {},
    onRun: { attribute: false },
    onCancel: { attribute: false },
    onShow: { attribute: false },
    onReload: { attribute: false },
    demos: { attribute: false },
    views: { attribute: false },
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
  declare inputBytesMax: number;
  declare onRun: (order: RunOrder) => void;
  declare onCancel: (runId: RunId) => void;
  declare onShow: (runId: RunId) => void;
  declare onReload: () => void;
  /** Names of the programs that bring a demo, and of those that bring a view. */
  declare demos: readonly string[];
  declare views: readonly string[];
  declare demoStates: ReadonlyMap<string, DemoState>;
  declare onDemo: (program: string) => void;
  declare onView: (program: string) => void;
  declare private openName: string | undefined;

  constructor() {
    super();
    this.cells = [];
    this.latestRuns = new Map();
    this.startFailures = new Map();
    this.starting = new Set();
    this.inputBytesMax = 0;
    this.onRun = () => undefined;
    this.onCancel = () => undefined;
    this.onShow = () => undefined;
    this.onReload = () => undefined;
    this.demos = [];
    this.views = [];
    this.demoStates = new Map();
    this.onDemo = () => undefined;
    this.onView = () => undefined;
  }

  protected override render(): TemplateResult {
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
    const openName = this.openName ?? this.programs[0]?.name;
    return html`<div class="shelf">
      ${this.programs.map((program) => this.#card(program, program.name === openName))}
    </div>`;
  }

  #card(program: Program, isOpen: boolean): TemplateResult {
    return html`<program-card
      .program=${program}
      .cells=${this.cells}
      .latest=${this.latestRuns.get(program.name)}
      .failure=${this.startFailures.get(program.name)}
      .isOpen=${isOpen}
      .isStarting=${this.starting.has(program.name)}
      .inputBytesMax=${this.inputBytesMax}
      .onOpen=${() => {
        this.openName = isOpen ? '' : program.name;
      }}
      .onRun=${this.onRun}
      .onCancel=${this.onCancel}
      .onShow=${this.onShow}
      .hasDemo=${this.demos.includes(program.name)}
      .hasView=${this.views.includes(program.name)}
      .demoState=${this.demoStates.get(program.name)}
      .onDemo=${() => this.onDemo(program.name)}
      .onView=${() => this.onView(program.name)}
    ></program-card>`;
  }
}

customElements.define('program-shelf', ProgramShelf);

declare global {
  interface HTMLElementTagNameMap {
    'program-shelf': ProgramShelf;
  }
}
