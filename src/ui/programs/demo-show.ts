import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { DemoOutcome, FabricFailure } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { icon } from '../parts/index.ts';
import { formatCount, plural } from '../words/index.ts';

/** How far the demo of a program is, or what it came to. */
export type DemoState =
  | { readonly kind: 'playing'; readonly runs: number; readonly ended: number }
  | { readonly kind: 'shown'; readonly outcome: DemoOutcome }
  | { readonly kind: 'failed'; readonly failure: FabricFailure };

/** What a program brings besides tasklets: its view to open, its demo to be shown, and what that came to. */
export class DemoShow extends LitElement {
  static override properties = {
    hasView: {},
    hasDemo: {},
    state: { attribute: false },
    onView: { attribute: false },
    onDemo: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    pieces,
    css`
      .hint {
        margin-top: var(--gap-2);
      }
      .said {
        display: grid;
        gap: var(--gap-2);
        margin-top: var(--gap-3);
        padding: var(--gap-3);
        border-radius: var(--corner);
        background: var(--cloth-sunk);
      }
      .said .chip {
        justify-self: start;
      }
      progress {
        width: 100%;
        accent-color: var(--indigo);
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 var(--gap-4);
        font-size: var(--text-small);
      }
      dt {
        color: var(--ink-soft);
      }
      dd {
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
      failure-card {
        margin-top: var(--gap-3);
        font-size: var(--text-small);
      }
    `,
  ];

  declare hasView: boolean;
  declare hasDemo: boolean;
  declare state: DemoState | undefined;
  declare onView: () => void;
  declare onDemo: () => void;

  constructor() {
    super();
    this.hasView = false;
    this.hasDemo = false;
    this.onView = () => undefined;
    this.onDemo = () => undefined;
  }

  protected override render(): TemplateResult {
    const { hasView, hasDemo, state } = this;
    const isPlaying = state?.kind === 'playing';
    return html`<div class="actions">
        ${hasView ? html`<button class="main" type="button" @click=${() => this.onView()}>Open</button>` : nothing}
        ${
          hasDemo
            ? html`<button
                class=${hasView ? '' : 'main'}
                type="button"
                ?disabled=${isPlaying}
                @click=${() => this.onDemo()}
              >
                ${icon('play', 16)} ${isPlaying ? 'Playing…' : 'Show'}
              </button>`
            : nothing
        }
      </div>
      ${
        hasDemo
          ? html`<p class="hint small soft">
              ${hasView ? 'Open it and take part; Show' : 'Show'} plays it through in all cells that are here.
            </p>`
          : nothing
      }
      ${state ? this.#said(state) : nothing}`;
  }

  #said(state: DemoState): TemplateResult {
    switch (state.kind) {
      case 'playing':
        return html`<div class="said" role="status">
          <span class="chip busy">playing</span>
          <progress max="1" .value=${state.runs === 0 ? 0 : state.ended / state.runs} aria-label="Progress"></progress>
          <span class="small soft figures">${state.ended} of ${plural(state.runs, 'run')} ended</span>
        </div>`;
      case 'shown': {
        const { isAsExpected, facts } = state.outcome;
        return html`<div class="said" role="status">
          <span class="chip ${isAsExpected ? 'good' : 'bad'}"
            >${isAsExpected ? 'came out as expected' : 'did not come out as expected'}</span
          >
          <dl>
            ${Object.entries(facts).map(
              ([name, value]) =>
                html`<dt>${inWords(name)}</dt>
                  <dd>${typeof value === 'number' ? formatCount(value) : value}</dd>`,
            )}
          </dl>
        </div>`;
      }
      case 'failed':
        return html`<failure-card .failure=${state.failure} heading="It could not be shown"></failure-card>`;
    }
  }
}

/** `stepsEach` as people read it: steps each. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

customElements.define('demo-show', DemoShow);

declare global {
  interface HTMLElementTagNameMap {
    'demo-show': DemoShow;
  }
}
