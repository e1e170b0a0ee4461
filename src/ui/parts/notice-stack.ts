import { css, html, LitElement, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base, pieces } from '../look/index.ts';
import type { Notice } from '../watch/index.ts';

const SHOWN_MS = 6_000;
const SHOWN_MAX = 3;

interface Shown extends Notice {
  readonly key: number;
}

/** Short notices at the foot of the page, read out politely; the newest three, each for six seconds. */
export class NoticeStack extends LitElement {
  static override properties = { shown: { state: true } };

  static override styles = [
    base,
    pieces,
    css`
      :host {
        position: fixed;
        z-index: 20;
        right: max(var(--gap-4), env(safe-area-inset-right));
        bottom: max(var(--gap-4), env(safe-area-inset-bottom));
        left: max(var(--gap-4), env(safe-area-inset-left));
        pointer-events: none;
      }
      ul {
        display: grid;
        justify-items: start;
        gap: var(--gap-2);
      }
      li {
        display: flex;
        align-items: baseline;
        gap: var(--gap-2);
        max-width: min(26rem, 100%);
        padding: var(--gap-2) var(--gap-4);
        border-radius: var(--corner);
        background: var(--ink);
        color: var(--ground);
        font-size: var(--text-small);
        overflow-wrap: anywhere;
        box-shadow: var(--shade);
        animation: rise 180ms ease-out;
      }
      .dot {
        background: var(--thread);
      }
      .good .dot {
        background: var(--dye-4);
      }
      .warn .dot {
        background: var(--weld-thread);
      }
      .bad .dot {
        background: var(--dye-5);
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(0.5rem);
        }
      }
    `,
  ];

  declare private shown: readonly Shown[];
  #nextKey = 0;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor() {
    super();
    this.shown = [];
  }

  /** Shows and reads out `notice`. */
  add(notice: Notice): void {
    const shown = { ...notice, key: this.#nextKey++ };
    this.shown = [...this.shown, shown].slice(-SHOWN_MAX);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.shown = this.shown.filter((other) => other.key !== shown.key);
    }, SHOWN_MS);
    this.#timers.add(timer);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  protected override render(): TemplateResult {
    return html`<ul role="log" aria-live="polite" aria-label="Notices">
      ${repeat(
        this.shown,
        (notice) => notice.key,
        (notice) => html`<li class=${notice.tone}><span class="dot"></span><span>${notice.text}</span></li>`,
      )}
    </ul>`;
  }
}

customElements.define('notice-stack', NoticeStack);

declare global {
  interface HTMLElementTagNameMap {
    'notice-stack': NoticeStack;
  }
}
