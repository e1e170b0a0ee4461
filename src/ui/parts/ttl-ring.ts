import { css, html, LitElement, type TemplateResult } from 'lit';
import { base } from '../look/index.ts';
import { FrameClock, remainingNowMs } from '../watch/index.ts';
import { formatCountdown } from '../words/index.ts';

const RADIUS = 9;
const CIRCUMFERENCE = 2 * Math.PI * RADIUS;
/** Below this share of its TTL a lease is shown as running out. */
const LOW_SHARE = 0.25;

/** How much of a lease is left: a ring that unwinds, and the seconds beside it. */
export class TtlRing extends LitElement {
  static override properties = { isActive: {}, ttlMs: {}, remainingMs: {}, takenAtMs: {} };

  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: var(--gap-2);
      }
      svg {
        width: 1.5rem;
        height: 1.5rem;
        flex: none;
        transform: rotate(-90deg);
      }
      circle {
        fill: none;
        stroke: var(--line);
        stroke-width: 3;
      }
      .left {
        stroke: var(--indigo);
        stroke-dasharray: ${CIRCUMFERENCE};
      }
      .low .left {
        stroke: var(--weld-thread);
      }
      span {
        min-width: 2.6em;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  declare isActive: boolean;
  declare ttlMs: number;
  declare remainingMs: number;
  declare takenAtMs: number;
  readonly #clock = new FrameClock(this, (nowMs) => this.#show(nowMs));

  constructor() {
    super();
    this.isActive = false;
    this.ttlMs = 0;
    this.remainingMs = 0;
    this.takenAtMs = 0;
  }

  protected override render(): TemplateResult {
    return html`<svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r=${RADIUS}></circle>
        <circle class="left" cx="12" cy="12" r=${RADIUS}></circle></svg
      ><span></span>`;
  }

  protected override updated(): void {
    this.#clock.want(this.isActive);
    this.#show(performance.now());
  }

  // Sixty times a second for every lease on screen: touches two nodes and renders nothing.
  #show(nowMs: number): void {
    const lease = { state: this.isActive ? 'active' : 'freed', remainingMs: this.remainingMs } as const;
    const leftMs = remainingNowMs(lease, this.takenAtMs, nowMs);
    const share = this.ttlMs > 0 ? Math.min(1, leftMs / this.ttlMs) : 0;
    const ring = this.renderRoot.querySelector('.left');
    const text = this.renderRoot.querySelector('span');
    ring?.setAttribute('stroke-dashoffset', (CIRCUMFERENCE * (1 - share)).toFixed(2));
    this.renderRoot.querySelector('svg')?.classList.toggle('low', share < LOW_SHARE);
    const words = this.isActive ? formatCountdown(leftMs) : '–';
    if (text && text.textContent !== words) text.textContent = words;
  }
}

customElements.define('ttl-ring', TtlRing);

declare global {
  interface HTMLElementTagNameMap {
    'ttl-ring': TtlRing;
  }
}
