import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { PreflightItem } from '../doors.ts';
import { base, pieces } from '../look/index.ts';
import { plural, type Tone } from '../words/index.ts';

const TONES: Readonly<Record<PreflightItem['state'], Tone>> = { ok: 'good', degraded: 'warn', missing: 'bad' };
const WORDS: Readonly<Record<PreflightItem['state'], string>> = { ok: 'works', degraded: 'partly', missing: 'missing' };

/** What this browser can give a fabric: what works here, what does not, and the fix. */
export class PreflightPanel extends LitElement {
  static override properties = { items: { attribute: false }, hasFailed: { type: Boolean } };

  static override styles = [
    base,
    pieces,
    css`
      li {
        display: grid;
        grid-template-columns: 4.25rem minmax(0, 1fr);
        gap: var(--gap-3);
        padding: var(--gap-2) 0;
        font-size: var(--text-small);
      }
      .chip {
        justify-self: start;
        align-self: start;
      }
      .name {
        font-weight: 600;
      }
      .fix {
        display: block;
        color: var(--ink);
        text-wrap: pretty;
      }
    `,
  ];

  /** Undefined while the browser is being asked. */
  declare items: readonly PreflightItem[] | undefined;
  declare hasFailed: boolean;

  constructor() {
    super();
    this.items = undefined;
    this.hasFailed = false;
  }

  protected override render(): TemplateResult {
    if (this.hasFailed)
      return html`<p class="empty">This browser could not be checked. Reload the page to try again.</p>`;
    if (!this.items) return html`<p class="soft small" role="status">Checking what this browser can do…</p>`;
    return html`<ul>
      ${this.items.map(
        (item) =>
          html`<li>
            <span class="chip ${TONES[item.state]}">${WORDS[item.state]}</span>
            <span>
              <span class="name">${item.name}</span> <span class="soft">${item.detail}</span>
              ${item.fix === undefined || item.state === 'ok' ? nothing : html`<span class="fix">${item.fix}</span>`}
            </span>
          </li>`,
      )}
    </ul>`;
  }
}

/** The checks in one sentence. */
export function preflightSummary(items: readonly PreflightItem[]): string {
  const missing = items.filter((item) => item.state === 'missing').length;
  const degraded = items.filter((item) => item.state === 'degraded').length;
  if (missing > 0) return `${plural(missing, 'thing is', 'things are')} missing; this tab joins with the rest.`;
  if (degraded > 0) return `${plural(degraded, 'thing works', 'things work')} only partly; everything else works.`;
  return 'Everything a cell needs works in this browser.';
}

customElements.define('preflight-panel', PreflightPanel);

declare global {
  interface HTMLElementTagNameMap {
    'preflight-panel': PreflightPanel;
  }
}
