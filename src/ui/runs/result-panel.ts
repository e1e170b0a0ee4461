import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Artifacts, Bytes, CellView, RunId, RunView } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { icon } from '../parts/index.ts';
import { bytesOfBase64, cellName, formatDuration, isEnded, prettyJson, quantityText, runTone } from '../words/index.ts';
import { fuelMeter, fuelMeterStyle } from './fuel-meter.ts';
import { resultStyle, sunkText } from './result-style.ts';
import { runTrack, runTrackStyle } from './run-track.ts';
import { saveOutput, saveOutputBase64, saveResponse } from './save.ts';

/** One run in full: where it is, what it cost, what came back, the proof of it, and what can be saved. */
export class ResultPanel extends LitElement {
  static override properties = {
    run: { attribute: false },
    artifacts: { attribute: false },
    artifactsState: {},
    cells: { attribute: false },
    mediaType: {},
    canRunAgain: { type: Boolean },
    onRunAgain: { attribute: false },
  };

  static override styles = [base, controls, pieces, runTrackStyle, fuelMeterStyle, sunkText, resultStyle];

  declare run: RunView | undefined;
  declare artifacts: Artifacts | undefined;
  declare artifactsState: 'none' | 'loading' | 'loaded' | 'missing';
  declare cells: readonly CellView[];
  declare mediaType: string;
  declare canRunAgain: boolean;
  declare onRunAgain: (runId: RunId) => void;
  #output: Bytes | undefined;

  constructor() {
    super();
    this.run = undefined;
    this.artifacts = undefined;
    this.artifactsState = 'none';
    this.cells = [];
    this.mediaType = '';
    this.canRunAgain = false;
    this.onRunAgain = () => undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('artifacts')) this.#output = this.artifacts && bytesOfBase64(this.artifacts.outputBase64);
  }

  protected override render(): TemplateResult {
    const { run } = this;
    if (!run) {
      return html`<p class="empty">
        <strong>No run chosen</strong>Choose a run in the list to see its response, its output and the proof of where it
        ran.
      </p>`;
    }
    return html`<article class="cloth" aria-label="Result of ${run.tasklet}">
      <header>
        <div class="title">
          <h3>${run.tasklet} <span class="faint">of ${run.program}</span></h3>
          <span class="chip ${runTone(run.status)}">${run.status}</span>
        </div>
        ${runTrack(run.status)} ${this.#facts(run)} ${fuelMeter(run.fuelUsed ?? 0, run.fuelLimit)}
      </header>
      ${this.#failure(run)} ${isEnded(run.status) ? this.#results() : this.#waiting(run)}
    </article>`;
  }

  #facts(run: RunView): TemplateResult {
    return html`<dl class="facts figures">
      <div>
        <dt>Ran on</dt>
        <dd>
          ${
            run.cell === undefined
              ? 'no cell yet'
              : html`<cell-badge cell=${run.cell} name=${cellName(this.cells, run.cell)}></cell-badge>`
          }
        </dd>
      </div>
      <div>
        <dt>Submitted by</dt>
        <dd><cell-badge cell=${run.submitter} name=${cellName(this.cells, run.submitter)}></cell-badge></dd>
      </div>
      <div>
        <dt>Wall time</dt>
        <dd>${formatDuration(run.wallMs)}</dd>
      </div>
    </dl>`;
  }

  #failure(run: RunView): TemplateResult | typeof nothing {
    if (!isEnded(run.status) || run.status === 'succeeded') return nothing;
    const failure = run.failure ?? this.artifacts?.response.error;
    const again = this.canRunAgain
      ? html`<button type="button" @click=${() => this.onRunAgain(run.runId)}>${icon('play', 16)} Run again</button>`
      : nothing;
    return html`<section>
      ${
        failure
          ? html`<failure-card
              .failure=${failure}
              heading=${run.status === 'cancelled' ? 'Cancelled' : 'This run failed'}
              >${again}</failure-card
            >`
          : again
      }
    </section>`;
  }

  #waiting(run: RunView): TemplateResult {
    const words = {
      queued: 'Waiting for a cell with a free slot.',
      placed: 'A cell has it and is fetching the module and the input.',
      admitted: 'The module was checked and metered there; it starts next.',
      running: 'Running. The result comes back by itself.',
    };
    const status = run.status;
    return html`<section class="soft small" role="status">
      ${status === 'succeeded' || status === 'failed' || status === 'cancelled' ? '' : words[status]}
    </section>`;
  }

  #results(): TemplateResult {
    const { artifacts } = this;
    if (!artifacts) {
      return html`<section class="soft small" role="status">
        ${
          this.artifactsState === 'loading'
            ? 'Fetching the result…'
            : 'There are no artifacts of this run here; the cell that submitted it has them.'
        }
      </section>`;
    }
    // A run that failed before it wrote anything has nothing to show but its failure.
    const hasNothing = artifacts.response.status !== 'succeeded' && artifacts.response.outputBytes === 0;
    return html`${hasNothing ? nothing : this.#products(artifacts)} ${this.#log(artifacts)} ${this.#proof(artifacts)}
      <footer class="actions">
        <button class="little" type="button" @click=${() => saveResponse(artifacts)}>
          ${icon('save', 16)} response.json
        </button>
        <button class="little" type="button" @click=${() => saveOutputBase64(artifacts)}>
          ${icon('save', 16)} output.b64
        </button>
        ${
          this.#output && this.#output.length > 0
            ? html`<button class="little" type="button" @click=${this.#onSaveOutput}>
                ${icon('save', 16)} Output
              </button>`
            : nothing
        }
        ${
          this.canRunAgain && artifacts.response.status === 'succeeded'
            ? html`<button class="little quiet" type="button" @click=${() => this.onRunAgain(artifacts.response.runId)}>
                Run again
              </button>`
            : nothing
        }
      </footer>`;
  }

  #products({ response }: Artifacts): TemplateResult {
    return html`<section>
        <h4>Output</h4>
        <result-output .bytes=${this.#output} mediaType=${this.mediaType}></result-output>
      </section>
      <section>
        <h4>Response</h4>
        <pre tabindex="0" aria-label="Response as JSON">${prettyJson(response.response)}</pre>
      </section>`;
  }

  #log({ response }: Artifacts): TemplateResult | typeof nothing {
    if (response.log.length === 0) return nothing;
    return html`<section>
      <details>
        <summary>Log (${response.log.length})</summary>
        <pre tabindex="0" aria-label="Log of the tasklet">${response.log.join('\n')}</pre>
      </details>
    </section>`;
  }

  #proof({ response }: Artifacts): TemplateResult {
    const { timings, receipt } = response;
    const leases = response.leases.map((lease) => quantityText(lease.kind, lease.quantity)).join(', ');
    return html`<section>
      <details>
        <summary>${receipt ? 'Signed receipt, hashes and timings' : 'Hashes and timings; no receipt'}</summary>
        <p class="soft small">
          ${
            receipt
              ? `${cellName(this.cells, response.cell)} signed that this output came from this module on this input.`
              : 'No cell signed for this result, because none ran it to an end.'
          }
        </p>
        <dl class="hashes">
          ${[
            ['Run', response.runId],
            ['Module', response.module],
            ['Input', response.input],
            ['Output', response.output],
            ['Public key', receipt?.publicKey],
            ['Signature', receipt?.signature],
            ['Leases', leases === '' ? undefined : leases],
            ['Attempt', String(response.attempt)],
            [
              'Queued, admitted, run',
              [timings.queuedMs, timings.admittedMs, timings.runMs].map(formatDuration).join(', '),
            ],
          ].map(([name, value]) =>
            value === undefined
              ? nothing
              : html`<dt>${name}</dt>
                  <dd class="code">${value}</dd>`,
          )}
        </dl>
      </details>
    </section>`;
  }

  readonly #onSaveOutput = (): void => {
    if (this.artifacts && this.#output) saveOutput(this.artifacts, this.#output, this.mediaType);
  };
}

customElements.define('result-panel', ResultPanel);

declare global {
  interface HTMLElementTagNameMap {
    'result-panel': ResultPanel;
  }
}
