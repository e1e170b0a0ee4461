import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { FabricFailure, ProgramFixture } from '../../sdk/index.ts';
import { FileDrop } from '../loading/index.ts';
import { base, controls } from '../look/index.ts';
import { formatBytes } from '../words/index.ts';
import { inputRefusal, type InputChoice } from './order.ts';
import { inputStyle } from './input-style.ts';

/** Chooses the input of a run: a fixture, a file of one's own (picked or dropped), or a text. */
export class InputPicker extends LitElement {
  static override properties = {
    fixtures: { attribute: false },
    choice: { attribute: false },
    accept: { attribute: false },
    hasText: { type: Boolean },
    sizeBytesMax: {},
    onChoice: { attribute: false },
    refusal: { state: true },
  };

  static override styles = [base, controls, inputStyle];

  declare fixtures: readonly ProgramFixture[];
  declare choice: InputChoice | undefined;
  declare accept: readonly string[];
  declare hasText: boolean;
  declare sizeBytesMax: number;
  declare onChoice: (choice: InputChoice) => void;
  declare private refusal: FabricFailure | undefined;
  readonly #drop = new FileDrop(this, ({ files }) => this.#offer(files[0]));

  constructor() {
    super();
    this.fixtures = [];
    this.choice = undefined;
    this.accept = [];
    this.hasText = false;
    this.sizeBytesMax = 0;
    this.onChoice = () => undefined;
    this.refusal = undefined;
  }

  protected override render(): TemplateResult {
    return html`<fieldset
        class=${this.#drop.isOver ? 'over' : ''}
        @dragover=${this.#drop.onDragOver}
        @dragleave=${this.#drop.onDragLeave}
        @drop=${this.#drop.onDrop}
      >
        <legend>Input</legend>
        <div class="choices">
          ${this.fixtures.map((fixture) => this.#fixture(fixture))} ${this.#ownFile()}
          ${this.hasText ? this.#ownText() : nothing}
        </div>
        ${
          this.choice?.kind === 'text'
            ? html`<textarea
                rows="3"
                aria-label="Your own text"
                placeholder="Type what the tasklet should read"
                .value=${this.choice.text}
                @input=${this.#onText}
              ></textarea>`
            : nothing
        }
      </fieldset>
      <failure-card
        .failure=${this.refusal}
        ?hidden=${!this.refusal}
        heading="That input was not taken"
      ></failure-card>`;
  }

  #fixture(fixture: ProgramFixture): TemplateResult {
    const isChosen = this.choice?.kind === 'fixture' && this.choice.fixture.name === fixture.name;
    const isPicture = fixture.mediaType.startsWith('image/');
    return html`<label class="choice">
      <input
        type="radio"
        name="input"
        .checked=${isChosen}
        @change=${() => this.#choose({ kind: 'fixture', fixture })}
      />
      ${isPicture ? html`<img alt="" src=${fixture.url} loading="lazy" @error=${hideBroken} />` : nothing}
      <span class="cut">${fixture.name}</span><span class="size">${formatBytes(fixture.sizeBytes)}</span>
    </label>`;
  }

  #ownFile(): TemplateResult {
    const file = this.choice?.kind === 'file' ? this.choice.file : undefined;
    return html`<label class="choice file ${file ? 'chosen' : ''}">
      <input type="file" accept=${this.accept.join(',')} @change=${this.#onPick} />
      ${
        file
          ? html`<span class="cut">${file.name}</span><span class="size">${formatBytes(file.size)}</span>`
          : html`<span>Your own file</span><span class="size">choose or drop</span>`
      }
    </label>`;
  }

  #ownText(): TemplateResult {
    return html`<label class="choice">
      <input
        type="radio"
        name="input"
        .checked=${this.choice?.kind === 'text'}
        @change=${() => this.#choose({ kind: 'text', text: '' })}
      />
      <span>Your own text</span>
    </label>`;
  }

  #choose(choice: InputChoice): void {
    this.refusal = undefined;
    this.onChoice(choice);
  }

  #offer(file: File | undefined): void {
    if (!file) return;
    this.refusal = inputRefusal(file.name, file.size, this.sizeBytesMax);
    if (!this.refusal) this.onChoice({ kind: 'file', file });
  }

  readonly #onPick = (event: Event): void => {
    const picker = event.currentTarget;
    if (!(picker instanceof HTMLInputElement)) return;
    this.#offer(picker.files?.[0]);
    // The same file may be chosen again after it was changed on disk.
    picker.value = '';
  };

  readonly #onText = (event: Event): void => {
    const field = event.currentTarget;
    if (field instanceof HTMLTextAreaElement) this.onChoice({ kind: 'text', text: field.value });
  };
}

// Some fixtures are pictures that a tasklet can read and a browser cannot.
function hideBroken(event: Event): void {
  if (event.currentTarget instanceof HTMLImageElement) event.currentTarget.hidden = true;
}

customElements.define('input-picker', InputPicker);

declare global {
  interface HTMLElementTagNameMap {
    'input-picker': InputPicker;
  }
}
