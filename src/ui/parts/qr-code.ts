import { css, html, LitElement, svg, type TemplateResult } from 'lit';
import type { encode } from 'uqr';
import { base } from '../look/index.ts';

/** A text as a QR code. Always dark on light: many readers do not see the reverse. */
export class QrCode extends LitElement {
  static override properties = { text: {}, label: {} };

  static override styles = [
    base,
    css`
      svg {
        display: block;
        width: 100%;
        height: auto;
        border-radius: var(--corner);
        background: #fff;
      }
    `,
  ];

  declare text: string;
  declare label: string;
  #encode: typeof encode | undefined;

  constructor() {
    super();
    this.text = '';
    this.label = 'QR code of the join link';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // The link stands beside it as text: without its drawing nothing is lost but a picture.
    if (!this.#encode) void this.#load().catch(() => undefined);
  }

  async #load(): Promise<void> {
    ({ encode: this.#encode } = await import('uqr'));
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    if (this.text === '' || !this.#encode) return html``;
    const { data, size } = this.#encode(this.text, { ecc: 'M', border: 3 });
    return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label=${this.label} shape-rendering="crispEdges">
      ${svg`<path fill="#101828" d=${modulesPath(data)}></path>`}
    </svg>`;
  }
}

function modulesPath(data: readonly (readonly boolean[])[]): string {
  return data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${String(x)} ${String(y)}h1v1h-1z` : '')))
    .join('');
}

customElements.define('qr-code', QrCode);

declare global {
  interface HTMLElementTagNameMap {
    'qr-code': QrCode;
  }
}
