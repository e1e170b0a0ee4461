import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CellView, RunId, RunView } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { cellName, formatClock, formatDuration, formatShare, isEnded, runTone } from '../words/index.ts';
import { runTrack, runTrackStyle } from './run-track.ts';

/** Runs this cell submitted or executes, newest first. Choosing one is told by `onSelect`. */
export class RunList extends LitElement {
  static override properties = {
    runs: { attribute: false },
    cells: { attribute: false },
    self: {},
    selected: {},
    cancellable: { attribute: false },
    onSelect: { attribute: false },
    onCancel: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    pieces,
    runTrackStyle,
    css`
      ul {
        display: grid;
        gap: 1px;
        max-height: 34rem;
        overflow-y: auto;
        overscroll-behavior: contain;
        background: var(--line);
        border: 1px solid var(--line);
        border-radius: var(--corner-large);
      }
      li {
        position: relative;
        background: var(--cloth);
      }
      .row {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.1rem var(--gap-3);
        width: 100%;
        min-height: 0;
        padding: var(--gap-3) var(--gap-4);
        border: 0;
        border-radius: 0;
        font-weight: 400;
        text-align: left;
        white-space: normal;
      }
      .row:focus-visible {
        outline-offset: -3px;
      }
      .row[aria-pressed='true'] {
        background: var(--indigo-wash);
      }
      .row[aria-pressed='true'] .what {
        color: var(--indigo);
      }
      .what {
        font-size: var(--text-body);
        font-weight: 650;
      }
      .where {
        grid-column: 1;
        color: var(--ink-soft);
      }
      .state {
        display: flex;
        grid-row: 1;
        grid-column: 2;
        align-items: center;
        justify-content: end;
      }
      .time {
        color: var(--ink-faint);
        text-align: right;
      }
      .foot {
        display: flex;
        grid-column: 1 / -1;
        align-items: center;
        justify-content: space-between;
        gap: var(--gap-3);
        margin-top: var(--gap-2);
        color: var(--ink-faint);
        font-size: var(--text-tiny);
      }
      progress {
        grid-column: 1 / -1;
        width: 100%;
        height: 4px;
        margin-top: var(--gap-2);
        overflow: hidden;
        appearance: none;
        border: 0;
        border-radius: 2px;
        background: var(--line);
      }
      progress::-webkit-progress-bar {
        background: var(--line);
      }
      progress::-webkit-progress-value {
        background: var(--indigo);
        transition: width 120ms linear;
      }
      progress::-moz-progress-bar {
        background: var(--indigo);
      }
      .cancel {
        padding: 0 var(--gap-4) var(--gap-3);
      }
      [aria-pressed='true'] + .cancel {
        background: var(--indigo-wash);
      }
    `,
  ];

  declare runs: readonly RunView[];
  declare cells: readonly CellView[];
  declare self: string;
  declare selected: RunId | undefined;
  declare cancellable: ReadonlySet<RunId>;
  declare onSelect: (runId: RunId) => void;
  declare onCancel: (runId: RunId) => void;

  constructor() {
    super();
    this.runs = [];
    this.cells = [];
    this.self = '';
    this.selected = undefined;
    this.cancellable = new Set();
    this.onSelect = () => undefined;
    this.onCancel = () => undefined;
  }

  protected override render(): TemplateResult {
    if (this.runs.length === 0) {
      return html`<p class="empty">
        <strong>Nothing has run yet</strong>Choose a program and press Run. Each run shows here with where it went, what
        it cost and what came back.
      </p>`;
    }
    return html`<ul aria-label="Runs, newest first">
      ${repeat(
        this.runs,
        (run) => run.runId,
        (run) => html`<li>${this.#row(run)}</li>`,
      )}
    </ul>`;
  }

  #row(run: RunView): TemplateResult {
    const isOver = isEnded(run.status);
    return html`<button
        class="row"
        type="button"
        aria-pressed=${run.runId === this.selected ? 'true' : 'false'}
        @click=${() => this.onSelect(run.runId)}
      >
        <span class="what cut">${run.tasklet}</span>
        <span class="state"><span class="chip ${runTone(run.status)}">${run.status}</span></span>
        <span class="where small cut">${this.#route(run)}</span>
        <span class="time small figures">${formatDuration(run.wallMs)}</span>
        ${
          run.progress && !isOver
            ? html`<progress
                max=${Math.max(1, run.progress.total)}
                .value=${run.progress.done}
                aria-label="Progress"
              ></progress>`
            : nothing
        }
        <span class="foot figures">
          ${runTrack(run.status)}
          <span
            >${run.fuelUsed === undefined ? '' : `${formatShare(run.fuelUsed, run.fuelLimit)} fuel · `}${formatClock(run.submittedWallMs)}</span
          >
        </span>
      </button>
      ${
        !isOver && this.cancellable.has(run.runId)
          ? html`<div class="cancel">
              <button class="little" type="button" @click=${() => this.onCancel(run.runId)}>
                Cancel ${run.tasklet}
              </button>
            </div>`
          : nothing
      }`;
  }

  #route(run: RunView): string {
    const where = run.cell === undefined ? 'waiting for a cell' : `on ${this.#name(run.cell)}`;
    return run.submitter === this.self ? where : `${where}, for ${this.#name(run.submitter)}`;
  }

  #name(id: RunView['submitter']): string {
    return id === this.self ? 'this cell' : cellName(this.cells, id);
  }
}

customElements.define('run-list', RunList);

declare global {
  interface HTMLElementTagNameMap {
    'run-list': RunList;
  }
}
