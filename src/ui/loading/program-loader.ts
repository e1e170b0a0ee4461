import { css, html, LitElement, type TemplateResult } from 'lit';
import type { FabricFailure, PickedFile } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { chosenFiles, droppedFiles } from './dropped.ts';
import { FileDrop } from './file-drop.ts';

/** Where a person brings a program: dropped, chosen, or by its address on this site. */
export class ProgramLoaderBox extends LitElement {
  static override properties = {
    failure: { attribute: false },
    isBusy: {},
    onFiles: { attribute: false },
    onUrl: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    pieces,
    css`
      .zone {
        display: grid;
        gap: var(--gap-3);
        padding: var(--gap-4);
        border: 1px dashed var(--line-strong);
        border-radius: var(--corner-large);
        color: var(--ink-soft);
        font-size: var(--text-small);
        text-wrap: pretty;
      }
      .zone.over {
        border-color: var(--indigo);
        background: var(--indigo-wash);
      }
      strong {
        display: block;
        color: var(--ink);
        font-size: var(--text-body);
      }
      form {
        display: flex;
        align-items: end;
        gap: var(--gap-2);
        margin-top: var(--gap-2);
      }
      form > div {
        flex: 1;
        min-width: 0;
      }
      failure-card {
        margin-top: var(--gap-3);
        font-size: var(--text-small);
      }
    `,
  ];

  declare failure: FabricFailure | undefined;
  declare isBusy: boolean;
  declare onFiles: (pick: () => Promise<readonly PickedFile[]>) => void;
  declare onUrl: (url: string) => void;
  readonly #drop = new FileDrop(this, (data) => {
    const dropped = droppedFiles(data);
    this.onFiles(() => dropped);
  });

  constructor() {
    super();
    this.isBusy = false;
    this.onFiles = () => undefined;
    this.onUrl = () => undefined;
  }

  protected override render(): TemplateResult {
    const { isBusy } = this;
    return html`<div
        class="zone ${this.#drop.isOver ? 'over' : ''}"
        @dragover=${this.#drop.onDragOver}
        @dragleave=${this.#drop.onDragLeave}
        @drop=${this.#drop.onDrop}
      >
        <p role="status">
          <strong>${isBusy ? 'Reading and checking it…' : 'A program of your own'}</strong>
          Drop its folder or its <code>.grafos</code> file here. It stays in this browser.
        </p>
        <div class="actions">
          <button type="button" ?disabled=${isBusy} @click=${() => this.#open('bundle')}>Choose a bundle</button>
          <button type="button" ?disabled=${isBusy} @click=${() => this.#open('folder')}>Choose a folder</button>
        </div>
        <input id="bundle" type="file" accept=".grafos" hidden @change=${this.#onChosen} />
        <input id="folder" type="file" webkitdirectory hidden @change=${this.#onChosen} />
        <details>
          <summary>From an address</summary>
          <form @submit=${this.#onSubmit}>
            <div>
              <label for="url">Address of a bundle on this site</label>
              <input
                id="url"
                name="url"
                type="text"
                inputmode="url"
                autocomplete="off"
                required
                placeholder="my-program.grafos"
              />
            </div>
            <button type="submit" ?disabled=${isBusy}>Load</button>
          </form>
        </details>
      </div>
      <failure-card
        .failure=${this.failure}
        ?hidden=${!this.failure}
        heading="That program was not taken"
      ></failure-card>`;
  }

  #open(id: 'bundle' | 'folder'): void {
    const input = this.renderRoot.querySelector(`#${id}`);
    if (input instanceof HTMLInputElement) input.click();
  }

  readonly #onChosen = (event: Event): void => {
    const input = event.currentTarget;
    if (!(input instanceof HTMLInputElement) || !input.files?.length) return;
    const files = chosenFiles(input.files);
    this.onFiles(() => Promise.resolve(files));
    // The same one may be chosen again after it was changed on disk.
    input.value = '';
  };

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = this.renderRoot.querySelector('#url');
    if (field instanceof HTMLInputElement && field.value.trim() !== '') this.onUrl(field.value.trim());
  };
}

customElements.define('program-loader', ProgramLoaderBox);

declare global {
  interface HTMLElementTagNameMap {
    'program-loader': ProgramLoaderBox;
  }
}
