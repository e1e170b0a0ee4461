import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { Bytes } from '../../sdk/index.ts';
import { base } from '../look/index.ts';
import { sunkText } from './result-style.ts';
import { formatBytes, outputShape, type OutputShape } from '../words/index.ts';

/** The output of a run, shown as what it is: picture, JSON, text, or the first bytes of anything else. */
export class ResultOutput extends LitElement {
  static override properties = {
    bytes: { attribute: false },
    mediaType: {},
    pictureSize: { state: true },
    isBroken: { state: true },
  };

  static override styles = [
    base,
    sunkText,
    css`
      figure {
        display: grid;
        justify-items: center;
        padding: var(--gap-4);
        border: 1px solid var(--line);
        border-radius: var(--corner);
        /* The usual chequers behind pictures that may be see-through. */
        background: repeating-conic-gradient(var(--cloth-sunk) 0 25%, transparent 0 50%) 0 0 / 16px 16px;
      }
      img {
        display: block;
        max-width: 100%;
        max-height: 22rem;
        min-width: min(8rem, 100%);
        height: auto;
        object-fit: contain;
        image-rendering: auto;
        border-radius: 2px;
      }
      img.tiny {
        image-rendering: pixelated;
      }
      .note {
        margin-top: var(--gap-2);
        color: var(--ink-faint);
        font-size: var(--text-tiny);
      }
    `,
  ];

  declare bytes: Bytes | undefined;
  declare mediaType: string;
  declare private pictureSize: string;
  declare private isBroken: boolean;
  #shape: OutputShape = { kind: 'empty' };
  #pictureUrl = '';

  constructor() {
    super();
    this.bytes = undefined;
    this.mediaType = '';
    this.pictureSize = '';
    this.isBroken = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    URL.revokeObjectURL(this.#pictureUrl);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate('bytes');
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('bytes') && !changed.has('mediaType')) return;
    URL.revokeObjectURL(this.#pictureUrl);
    this.#pictureUrl = '';
    this.pictureSize = '';
    this.isBroken = false;
    this.#shape = outputShape(this.bytes ?? new Uint8Array(), this.mediaType);
    if (this.#shape.kind === 'image' && this.bytes) {
      this.#pictureUrl = URL.createObjectURL(new Blob([this.bytes], { type: this.#shape.mediaType }));
    }
  }

  protected override render(): TemplateResult {
    const size = formatBytes(this.bytes?.length ?? 0);
    switch (this.#shape.kind) {
      case 'empty':
        return html`<p class="soft small">The tasklet wrote no output.</p>`;
      case 'image':
        return this.#picture(size);
      case 'json':
      case 'text':
        return html`<pre tabindex="0" aria-label="Output as text">${this.#shape.text}</pre>
          <p class="note">${this.mediaType || 'text'}, ${size}</p>`;
      case 'bytes':
        return html`<pre tabindex="0" aria-label="First bytes of the output">${this.#shape.head}</pre>
          <p class="note">${this.mediaType || 'bytes'}, ${size}; the first 256 bytes are shown</p>`;
    }
  }

  #picture(size: string): TemplateResult {
    if (this.isBroken) {
      return html`<p class="soft small">
        The output says it is ${this.mediaType}, but this browser cannot show it (${size}). Save it to look inside.
      </p>`;
    }
    return html`<figure>
        <img alt="Output of the run" src=${this.#pictureUrl} @load=${this.#onLoad} @error=${this.#onError} />
      </figure>
      <p class="note figures">${this.mediaType}, ${size}${this.pictureSize && `, ${this.pictureSize}`}</p>`;
  }

  readonly #onLoad = (event: Event): void => {
    const picture = event.currentTarget;
    if (!(picture instanceof HTMLImageElement)) return;
    this.pictureSize = `${picture.naturalWidth} × ${picture.naturalHeight} px`;
    picture.classList.toggle('tiny', picture.naturalWidth < 128);
  };

  readonly #onError = (): void => {
    this.isBroken = true;
  };
}

customElements.define('result-output', ResultOutput);

declare global {
  interface HTMLElementTagNameMap {
    'result-output': ResultOutput;
  }
}
