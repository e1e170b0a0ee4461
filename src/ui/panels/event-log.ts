import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { FabricEvent } from '../../sdk/index.ts';
import { base, pieces } from '../look/index.ts';
import { formatClock } from '../words/index.ts';

const SHOWN_MAX = 200;
/** Closer to the foot than this, a reader is following along. */
const FOLLOW_PX = 24;

/** What happened, oldest first; stays at the newest unless a reader has scrolled up. */
export class EventLog extends LitElement {
  static override properties = { events: { attribute: false } };

  static override styles = [
    base,
    pieces,
    css`
      ol {
        max-height: 20rem;
        overflow-y: auto;
        overscroll-behavior: contain;
        font-size: var(--text-small);
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 var(--gap-3);
        padding: 0.3rem 0;
      }
      time {
        color: var(--ink-faint);
        font-variant-numeric: tabular-nums;
      }
      .text {
        overflow-wrap: anywhere;
      }
      .kind {
        color: var(--ink-faint);
        font-size: var(--text-tiny);
      }
      .warn .text {
        color: var(--weld);
      }
      .error .text {
        color: var(--madder);
      }
    `,
  ];

  declare events: readonly FabricEvent[];
  #isFollowing = true;

  constructor() {
    super();
    this.events = [];
  }

  protected override willUpdate(): void {
    const list = this.renderRoot.querySelector('ol');
    if (list) this.#isFollowing = list.scrollHeight - list.scrollTop - list.clientHeight < FOLLOW_PX;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const list = this.renderRoot.querySelector('ol');
    if (list && changed.has('events') && this.#isFollowing) list.scrollTop = list.scrollHeight;
  }

  protected override render(): TemplateResult {
    if (this.events.length === 0) {
      return html`<p class="empty">
        <strong>Quiet so far</strong>Cells, leases and runs report here as they come and go.
      </p>`;
    }
    return html`<ol tabindex="0" aria-label="Events, oldest first">
      ${this.events.slice(-SHOWN_MAX).map(
        (event) =>
          html`<li class=${event.level}>
            <time datetime=${new Date(event.wallMs).toISOString()}>${formatClock(event.wallMs)}</time>
            <span><span class="text">${event.text}</span> <span class="kind code">${event.kind}</span></span>
          </li>`,
      )}
    </ol>`;
  }
}

customElements.define('event-log', EventLog);

declare global {
  interface HTMLElementTagNameMap {
    'event-log': EventLog;
  }
}
