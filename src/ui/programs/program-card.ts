import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { CellView, FabricFailure, Program, ProgramTasklet, RunId, RunTarget, RunView } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { icon } from '../parts/index.ts';
import { cellName, formatBytes, formatCount, isEnded, runTone } from '../words/index.ts';
import { cardStyle } from './card-style.ts';
import type { DemoState } from './demo-show.ts';
import { inputStyle } from './input-style.ts';
import { fixturesFor, takesText, type InputChoice, type RunOrder } from './order.ts';

/** One program: its tasklets, an input, a target, and the button that runs it. */
export class ProgramCard extends LitElement {
  static override properties = {
    program: { attribute: false },
    cells: { attribute: false },
    latest: { attribute: false },
    failure: { attribute: false },
    isOpen: {},
    isStarting: {},
    inputBytesMax: {},
    onOpen: { attribute: false },
    onRun: { attribute: false },
    onCancel: { attribute: false },
    onShow: { attribute: false },
    hasDemo: {},
    hasView: {},
    demoState: { attribute: false },
    onDemo: { attribute: false },
    onView: { attribute: false },
    taskletName: { state: true },
    input: { state: true },
    target: { state: true },
  };

  static override styles = [base, controls, pieces, inputStyle, cardStyle];

  declare program: Program;
  declare cells: readonly CellView[];
  /** The newest run of this program that this tab started. */
  declare latest: RunView | undefined;
  declare failure: FabricFailure | undefined;
  declare isOpen: boolean;
  declare isStarting: boolean;
  declare inputBytesMax: number;
  declare onOpen: () => void;
  declare onRun: (order: RunOrder) => void;
  declare onCancel: (runId: RunId) => void;
  declare onShow: (runId: RunId) => void;
  declare hasDemo: boolean;
  declare hasView: boolean;
  declare demoState: DemoState | undefined;
  declare onDemo: () => void;
  declare onView: () => void;
  declare private taskletName: string | undefined;
  declare private input: InputChoice | undefined;
  declare private target: RunTarget | undefined;

  constructor() {
    super();
    this.cells = [];
    this.isOpen = false;
    this.isStarting = false;
    this.inputBytesMax = 0;
    this.onOpen = () => undefined;
    this.onRun = () => undefined;
    this.onCancel = () => undefined;
    this.onShow = () => undefined;
    this.hasDemo = false;
    this.hasView = false;
    this.onDemo = () => undefined;
    this.onView = () => undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // A cell that has left cannot stay chosen.
    const isCell = this.target !== undefined && this.target !== 'any' && this.target !== 'other';
    if (changed.has('cells') && isCell && !this.#others().some((cell) => cell.id === this.target))
      this.target = undefined;
  }

  // Options come and go under a select, which then forgets what was chosen.
  protected override updated(): void {
    const select = this.renderRoot.querySelector('select');
    if (select) select.value = this.#target();
  }

  protected override render(): TemplateResult {
    const { program } = this;
    return html`<article class="cloth">
      <header>
        <h3>
          <button
            class="title"
            type="button"
            aria-expanded=${this.isOpen ? 'true' : 'false'}
            @click=${() => this.onOpen()}
          >
            ${program.title}
          </button>
        </h3>
        <p class="soft small">${program.summary}</p>
      </header>
      ${this.isOpen ? this.#body() : nothing}
    </article>`;
  }

  #body(): TemplateResult {
    const tasklet = this.#tasklet();
    if (!tasklet) return html`<p class="empty">This program declares no tasklets. Build it, then reload.</p>`;
    const isWhole = this.program.graph.length > 0;
    const bringsMore = this.hasDemo || this.hasView || isWhole;
    return html`<div class="body">
      ${isWhole ? html`<slot name="whole"></slot>` : nothing}
      ${
        bringsMore
          ? html`<demo-show
                ?hidden=${!this.hasDemo && !this.hasView}
                .hasDemo=${this.hasDemo}
                .hasView=${this.hasView}
                .state=${this.demoState}
                .onDemo=${this.onDemo}
                .onView=${this.onView}
              ></demo-show>
              <details ?open=${tasklet.leases === 0 && !isWhole}>
                <summary>Run one of its tasklets</summary>
                <div class="inner">${this.#order(tasklet)}</div>
              </details>`
          : this.#order(tasklet)
      }
      <failure-card .failure=${this.failure} ?hidden=${!this.failure} heading="It did not start"></failure-card>
      ${this.#latest()}
      <details ?hidden=${this.program.lesson === ''}>
        <summary>What this teaches</summary>
        <p class="small">${this.program.lesson}</p>
      </details>
      <slot name="end"></slot>
    </div>`;
  }

  #order(tasklet: ProgramTasklet): TemplateResult {
    const fixtures = fixturesFor(this.program, tasklet);
    return html`${this.#tasklets(tasklet)}
      <input-picker
        .fixtures=${fixtures}
        .choice=${this.#input(tasklet)}
        .accept=${tasklet.inputTypes}
        .hasText=${takesText(tasklet)}
        .sizeBytesMax=${this.inputBytesMax}
        .onChoice=${this.#onInput}
      ></input-picker>
      <div class="launch">
        <div class="target">
          <label for="target">Run on</label>
          ${this.#targets()}
        </div>
        <button class="main" type="button" ?disabled=${this.isStarting || !this.#input(tasklet)} @click=${this.#onRun}>
          ${icon('play', 16)} ${this.isStarting ? 'Starting…' : 'Run'}
        </button>
      </div>`;
  }

  #tasklets(chosen: ProgramTasklet): TemplateResult {
    return html`<fieldset>
      <legend>Tasklet</legend>
      <div class="choices">
        ${this.program.tasklets.map(
          (tasklet) =>
            html`<label class="choice"
              ><input
                type="radio"
                name="tasklet"
                .checked=${tasklet.name === chosen.name}
                @change=${() => {
                  this.taskletName = tasklet.name;
                }}
              /><span>${tasklet.name}</span></label
            >`,
        )}
      </div>
      <p class="hint">
        ${chosen.summary}
        <span class="faint"
          >Up to ${formatCount(chosen.fuel)} fuel and ${formatBytes(chosen.memoryBytes)} of memory.</span
        >
      </p>
    </fieldset>`;
  }

  #targets(): TemplateResult {
    const others = this.#others();
    const self = this.cells.find((cell) => cell.isSelf);
    return html`<select id="target" @change=${this.#onTarget}>
      <option value="any">Any cell</option>
      <option value="other" ?disabled=${others.length === 0}>
        Another cell${others.length === 0 ? ' (nobody else is here)' : ''}
      </option>
      ${others.map((cell) => html`<option value=${cell.id}>${cell.name}</option>`)}
      ${self ? html`<option value=${self.id}>${self.name} (you)</option>` : nothing}
    </select>`;
  }

  #latest(): TemplateResult | typeof nothing {
    const run = this.latest;
    if (!run) return nothing;
    const share = run.progress && run.progress.total > 0 ? run.progress.done / run.progress.total : undefined;
    const isOver = isEnded(run.status);
    return html`<div class="latest" role="status">
      <span class="chip ${runTone(run.status)}">${run.status}</span>
      <span class="small soft cut"
        >${run.tasklet}${run.cell === undefined ? '' : ` on ${cellName(this.cells, run.cell)}`}</span
      >
      ${
        isOver
          ? html`<button class="little" type="button" @click=${() => this.onShow(run.runId)}>Show result</button>`
          : html`<button class="little" type="button" @click=${() => this.onCancel(run.runId)}>Cancel</button>`
      }
      ${isOver ? nothing : html`<progress max="1" .value=${share ?? 0} aria-label="Progress of ${run.tasklet}"></progress>`}
    </div>`;
  }

  #tasklet(): ProgramTasklet | undefined {
    const { tasklets } = this.program;
    return tasklets.find((tasklet) => tasklet.name === this.taskletName) ?? tasklets[0];
  }

  // What was chosen, as long as it fits the tasklet; its first fixture otherwise.
  #input(tasklet: ProgramTasklet): InputChoice | undefined {
    const { input } = this;
    const fixtures = fixturesFor(this.program, tasklet);
    if (input?.kind === 'file' || (input?.kind === 'text' && takesText(tasklet))) return input;
    const chosen =
      input?.kind === 'fixture' ? fixtures.find((fixture) => fixture.name === input.fixture.name) : undefined;
    const fixture = chosen ?? fixtures[0];
    return fixture ? { kind: 'fixture', fixture } : undefined;
  }

  // Runs leave this tab by default as soon as there is another: that is what a fabric is for.
  #target(): RunTarget {
    if (this.#others().length === 0 && this.target === 'other') return 'any';
    return this.target ?? (this.#others().length > 0 ? 'other' : 'any');
  }

  #others(): readonly CellView[] {
    return this.cells.filter((cell) => !cell.isSelf && cell.state !== 'gone');
  }

  readonly #onInput = (choice: InputChoice): void => {
    this.input = choice;
  };

  readonly #onTarget = (event: Event): void => {
    const select = event.currentTarget;
    if (!(select instanceof HTMLSelectElement)) return;
    const { value } = select;
    this.target = value === 'any' || value === 'other' ? value : this.cells.find((cell) => cell.id === value)?.id;
  };

  readonly #onRun = (): void => {
    const tasklet = this.#tasklet();
    const input = tasklet && this.#input(tasklet);
    if (input) this.onRun({ program: this.program, tasklet, input, on: this.#target() });
  };
}

customElements.define('program-card', ProgramCard);

declare global {
  interface HTMLElementTagNameMap {
    'program-card': ProgramCard;
  }
}
