import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Fabric, FabricSnapshot } from '../../sdk/index.ts';
import { base, controls, dialogStyle, pieces } from '../look/index.ts';
import { icon } from '../parts/index.ts';
import { plural } from '../words/index.ts';

/** For the steward alone: how many wait to be let in, and the way to the rules of the fabric. */
export class StewardDoor extends LitElement {
  static override properties = {
    fabric: { attribute: false },
    snapshot: { attribute: false },
    isOpen: { state: true },
    hasFailed: { state: true },
  };

  static override styles = [
    base,
    controls,
    pieces,
    dialogStyle,
    css`
      dialog {
        width: min(44rem, calc(100vw - 2rem));
      }
      .chip {
        margin-right: -0.4rem;
      }
      @media (max-width: 40rem) {
        dialog {
          width: 100vw;
          height: 100dvh;
          max-width: none;
          max-height: none;
          padding: var(--gap-4);
          border: 0;
          border-radius: 0;
        }
      }
    `,
  ];

  declare fabric: Fabric;
  declare snapshot: FabricSnapshot;
  declare private isOpen: boolean;
  declare private hasFailed: boolean;

  constructor() {
    super();
    this.isOpen = false;
    this.hasFailed = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { steward } = this.snapshot;
    if (steward?.isMine !== true) return nothing;
    const waiting = steward.waiting.length;
    return html`<button
        type="button"
        aria-label=${waiting === 0 ? 'Steward' : `Steward: ${plural(waiting, 'cell')} waiting`}
        @click=${this.#onOpen}
      >
        Steward ${waiting === 0 ? nothing : html`<span class="chip warn">${waiting}</span>`}
      </button>
      <dialog aria-labelledby="heading" @click=${this.#onBackdrop} @close=${this.#onClosed}>
        <header>
          <h2 id="heading">Steward</h2>
          <button class="icon quiet close" type="button" aria-label="Close" @click=${this.#onClose}>
            ${icon('close')}
          </button>
        </header>
        ${this.hasFailed ? html`<p class="soft">This part of the page could not be loaded. Reload the page.</p>` : nothing}
        ${
          this.isOpen
            ? html`<steward-panel .fabric=${this.fabric} .snapshot=${this.snapshot}></steward-panel>`
            : nothing
        }
      </dialog>`;
  }

  readonly #onOpen = (): void => {
    this.renderRoot.querySelector('dialog')?.showModal();
    import('./panel/index.ts').then(
      () => {
        this.isOpen = true;
      },
      () => {
        this.hasFailed = true;
      },
    );
  };

  readonly #onClose = (): void => this.renderRoot.querySelector('dialog')?.close();

  readonly #onClosed = (): void => {
    this.isOpen = false;
  };

  readonly #onBackdrop = (event: Event): void => {
    if (event.target === event.currentTarget) this.#onClose();
  };
}

customElements.define('steward-door', StewardDoor);

declare global {
  interface HTMLElementTagNameMap {
    'steward-door': StewardDoor;
  }
}
