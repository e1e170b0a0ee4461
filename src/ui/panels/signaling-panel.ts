import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { FabricSnapshot, SignalingView } from '../../sdk/index.ts';
import type { IceSettings, SignalingReport } from '../doors.ts';
import { base, controls, pieces } from '../look/index.ts';
import { formatDuration, type Tone } from '../words/index.ts';

const TONES: Readonly<Record<SignalingView['state'], Tone>> = { connecting: 'busy', connected: 'good', lost: 'warn' };
const WORDS: Readonly<Record<SignalingView['state'], string>> = {
  connecting: 'Connecting. Newcomers cannot find this cell yet.',
  connected: 'Connected. Newcomers can find the fabric.',
  lost: 'Lost. Cells that are here stay linked; newcomers must wait until it is back.',
};

const BY_HAND = 'No service. Others are invited by hand, or introduced by the cells that are here.';

function isByHand({ url }: SignalingView): boolean {
  return url === 'manual:';
}

/** The signaling service as this cell sees it, and a check on demand. */
export class SignalingPanel extends LitElement {
  static override properties = {
    view: { attribute: false },
    connections: { attribute: false },
    ice: { attribute: false },
    joinUrl: {},
    report: { attribute: false },
    onCheck: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    pieces,
    css`
      :host {
        font-size: var(--text-small);
      }
      .line {
        display: flex;
        align-items: baseline;
        gap: var(--gap-3);
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--gap-1) var(--gap-4);
        margin: var(--gap-3) 0;
      }
      dt {
        color: var(--ink-faint);
      }
      .servers {
        margin-top: var(--gap-3);
      }
      dd {
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare view: SignalingView;
  declare connections: FabricSnapshot['connections'];
  declare ice: IceSettings;
  declare joinUrl: string;
  /** The latest check; `checking` while one is under way. */
  declare report: SignalingReport | 'checking' | undefined;
  declare onCheck: () => void;

  constructor() {
    super();
    this.report = undefined;
    this.onCheck = () => undefined;
  }

  protected override render(): TemplateResult {
    const { view, report } = this;
    return html`<p class="line">
        <span class="chip ${isByHand(view) ? 'plain' : TONES[view.state]}"
          >${isByHand(view) ? 'by hand' : view.state}</span
        ><span class="soft">${isByHand(view) ? BY_HAND : WORDS[view.state]}</span>
      </p>
      <dl class="figures">
        <dt>Service</dt>
        <dd class="code">${view.url}</dd>
        <dt>Rendezvous</dt>
        <dd>${view.slot === undefined ? 'kept by other cells' : `this cell keeps slot ${view.slot} for newcomers`}</dd>
        <dt>Connections</dt>
        <dd>${this.connections.open} open, ${this.connections.made} made since this page was loaded</dd>
        ${report === undefined || report === 'checking' ? nothing : reportRows(report)}
      </dl>
      <button class="little" type="button" ?disabled=${report === 'checking'} @click=${() => this.onCheck()}>
        ${report === 'checking' ? 'Checking…' : 'Check it now'}
      </button>
      <details class="servers" @toggle=${fetchSettings}>
        <summary>STUN and TURN servers</summary>
        <ice-settings .ice=${this.ice} .joinUrl=${this.joinUrl}></ice-settings>
      </details>`;
  }
}

/** Few ever need them, so they are fetched when somebody looks. */
function fetchSettings(): void {
  void import('../by-hand/index.ts');
}

function reportRows(report: SignalingReport): TemplateResult {
  const took = report.roundTripMs === undefined ? '' : ` in ${formatDuration(report.roundTripMs)}`;
  return html`<dt>Answers</dt>
    <dd>${report.reachable ? `yes${took}` : 'no'}; ${report.detail}</dd>
    <dt>Connected tabs</dt>
    <dd>${report.waiting ?? 'unknown'}</dd>`;
}

customElements.define('signaling-panel', SignalingPanel);

declare global {
  interface HTMLElementTagNameMap {
    'signaling-panel': SignalingPanel;
  }
}
