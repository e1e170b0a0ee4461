import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import {
  graphReport,
  isGraphDone,
  outputOf,
  type FabricFailure,
  type GraphRun,
  type NodeOutcome,
  type Program,
} from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { icon } from '../parts/index.ts';
import { saveOutput, saveText } from '../runs/index.ts';
import { formatBytes, plural } from '../words/index.ts';
import type { GraphState } from './graph-desk.ts';

const HASH_LETTERS = 16;
const TONES = { succeeded: 'good', degraded: 'warn', failed: 'bad', skipped: '' } as const;

/** A program as a whole: its graph, the button that runs it, how far each node is, and what came of every run. */
export class WholeRun extends LitElement {
  static override properties = {
    program: { attribute: false },
    state: { attribute: false },
    onRun: { attribute: false },
    onCancel: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    pieces,
    css`
      :host,
      .results,
      .node {
        display: grid;
        gap: var(--gap-3);
      }
      .actions {
        align-items: center;
      }
      .node {
        gap: var(--gap-2);
        padding-top: var(--gap-3);
        border-top: 1px solid var(--line);
      }
      .node header {
        display: flex;
        align-items: baseline;
        gap: var(--gap-2);
      }
      .node header .chip {
        margin-left: auto;
      }
      .runs {
        display: grid;
        gap: var(--gap-1);
        max-height: 16rem;
        overflow-y: auto;
      }
      .runs li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        align-items: center;
        gap: var(--gap-3);
        font-size: var(--text-small);
      }
      .runs code {
        color: var(--ink-soft);
        font-size: var(--text-tiny);
      }
      failure-card {
        font-size: var(--text-small);
      }
    `,
  ];

  declare program: Program;
  declare state: GraphState | undefined;
  declare onRun: () => void;
  declare onCancel: () => void;

  constructor() {
    super();
    this.onRun = () => undefined;
    this.onCancel = () => undefined;
  }

  protected override render(): TemplateResult {
    const { state, program } = this;
    const isRunning = state?.kind === 'running';
    return html`<program-graph .graph=${program} .progress=${state?.progress?.nodes ?? []}></program-graph>
      <div class="actions">
        <button class="main" type="button" ?disabled=${isRunning} @click=${() => this.onRun()}>
          ${icon('play', 16)} ${isRunning ? 'Running…' : 'Run the whole program'}
        </button>
        ${isRunning ? html`<button type="button" @click=${() => this.onCancel()}>Cancel</button>` : nothing}
        ${state ? this.#said(state) : nothing}
      </div>
      ${state?.kind === 'failed' ? failureCard(state.failure, 'It did not run') : nothing}
      ${state?.kind === 'ended' ? this.#results(state.outcomes) : nothing}`;
  }

  #said(state: GraphState): TemplateResult | typeof nothing {
    const nodes = state.progress?.nodes ?? [];
    const ended = nodes.filter(({ status }) => status !== 'waiting' && status !== 'running').length;
    switch (state.kind) {
      case 'running':
        return html`<span class="small soft figures" role="status"
          >${ended} of ${plural(this.program.graph.length, 'node')} ended</span
        >`;
      case 'ended': {
        const isDone = isGraphDone(state.outcomes);
        return html`<span class="chip ${isDone ? 'good' : 'bad'}" role="status">${isDone ? 'done' : 'not done'}</span>`;
      }
      case 'failed':
        return nothing;
    }
  }

  #results(outcomes: readonly NodeOutcome[]): TemplateResult {
    return html`<div class="results">
      ${outcomes.map((outcome) => this.#node(outcome))}
      <div class="actions">
        <button class="little" type="button" @click=${() => this.#onReport(outcomes)}>
          ${icon('save', 16)} report.json
        </button>
      </div>
    </div>`;
  }

  #node({ node, status, runs, failure }: NodeOutcome): TemplateResult {
    return html`<section class="node" aria-label=${node}>
      <header>
        <h4>${node}</h4>
        ${runs.length > 1 ? html`<span class="small faint figures">${plural(runs.length, 'run')}</span>` : nothing}
        <span class="chip ${TONES[status]}">${status}</span>
      </header>
      ${failure ? failureCard(failure, '') : nothing}
      ${status === 'skipped' ? html`<p class="small soft">A node that it waits for did not succeed.</p>` : nothing}
      ${
        runs.length === 0
          ? nothing
          : html`<ul class="runs" tabindex="0" aria-label="Outputs of ${node}">
              ${runs.map((run) => this.#run(run))}
            </ul>`
      }
    </section>`;
  }

  #run({ input, artifacts }: GraphRun): TemplateResult {
    const { response } = artifacts;
    const isWhole = response.status === 'succeeded';
    return html`<li>
      <span class="cut" title=${input}
        >${input === '-' ? 'output' : input}
        <span class="faint figures">${isWhole ? formatBytes(response.outputBytes) : response.status}</span></span
      >
      ${
        isWhole
          ? html`<code title="SHA-256 of the output: ${response.output}" data-hash=${response.output}
              >${response.output.slice(0, HASH_LETTERS)}</code
            >`
          : html`<span></span>`
      }
      <button
        class="little"
        type="button"
        ?disabled=${!isWhole}
        aria-label="Save the output of ${response.tasklet} for ${input}"
        @click=${() => saveOutput(artifacts, outputOf(artifacts), this.#mediaType(response.tasklet))}
      >
        ${icon('save', 16)} Save
      </button>
    </li>`;
  }

  #mediaType(tasklet: string): string {
    return this.program.tasklets.find(({ name }) => name === tasklet)?.outputType ?? '';
  }

  /** What `grafos deploy --json` prints of the same program. */
  #onReport(outcomes: readonly NodeOutcome[]): void {
    const report = graphReport(this.program.name, outcomes);
    saveText(`${this.program.name}.report.json`, `${JSON.stringify(report, undefined, 2)}\n`);
  }
}

function failureCard(failure: FabricFailure, heading: string): TemplateResult {
  return html`<failure-card .failure=${failure} heading=${heading}></failure-card>`;
}

customElements.define('whole-run', WholeRun);

declare global {
  interface HTMLElementTagNameMap {
    'whole-run': WholeRun;
  }
}
