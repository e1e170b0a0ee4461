import { html, LitElement, type TemplateResult } from 'lit';
import type { CellView, FabricPhase, FabricSnapshot } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { icon } from '../parts/index.ts';
import { plural, type Tone } from '../words/index.ts';
import { headerStyle } from './header-style.ts';

/** A cell's name is at most this long in UTF-8, as the wire has it. */
const NAME_BYTES_MAX = 48;
const PHASE_TONES: Readonly<Record<FabricPhase, Tone>> = {
  joining: 'busy',
  waiting: 'busy',
  ready: 'good',
  left: 'plain',
  failed: 'bad',
};

/** Which fabric this is, who I am in it, and the way in and out. */
export class AppHeader extends LitElement {
  static override properties = {
    snapshot: { attribute: false },
    onRename: { attribute: false },
    onInvite: { attribute: false },
    onLeave: { attribute: false },
    isRenaming: { state: true },
    problem: { state: true },
  };

  static override styles = [base, controls, pieces, headerStyle];

  declare snapshot: FabricSnapshot;
  declare onRename: (name: string) => void;
  declare onInvite: () => void;
  declare onLeave: () => void;
  declare private isRenaming: boolean;
  declare private problem: string;

  constructor() {
    super();
    this.onRename = () => undefined;
    this.onInvite = () => undefined;
    this.onLeave = () => undefined;
    this.isRenaming = false;
    this.problem = '';
  }

  protected override render(): TemplateResult {
    const { fabric, phase, cells } = this.snapshot;
    const here = cells.filter((cell) => cell.state !== 'gone').length;
    return html`<header>
      <div class="fabric">
        <h1 class="cut" title=${fabric.name}>${fabric.name}</h1>
        <p class="status">
          <span class="chip ${PHASE_TONES[phase]}"><i class="dot"></i>${phase}</span>
          <span class="faint small">${plural(here, 'cell')}</span>
        </p>
      </div>
      <div class="me">${this.#me(cells.find((cell) => cell.isSelf))}</div>
      <div class="doors">
        <slot name="steward"></slot>
        <button class="main" type="button" @click=${() => this.onInvite()}>${icon('share', 16)} Invite</button>
        <theme-toggle></theme-toggle>
        <button type="button" @click=${() => this.onLeave()}>Leave</button>
      </div>
    </header>`;
  }

  #me(self: CellView | undefined): TemplateResult | string {
    if (!self) return '';
    if (this.isRenaming) return this.#renameForm(self);
    return html`<span class="faint small as">You are</span>
      <button
        class="rename quiet"
        type="button"
        aria-label="Rename this cell, now called ${self.name}"
        @click=${this.#onRename}
      >
        <cell-badge cell=${self.id} name=${self.name}></cell-badge>${icon('pen', 15)}
      </button>`;
  }

  #renameForm(self: CellView): TemplateResult {
    return html`<form @submit=${this.#onSubmit} @keydown=${this.#onKey}>
      <label class="unseen" for="name">Name of this cell</label>
      <input
        id="name"
        type="text"
        maxlength=${NAME_BYTES_MAX}
        .value=${self.name}
        autocomplete="off"
        aria-invalid=${this.problem === '' ? 'false' : 'true'}
        aria-describedby="problem"
      />
      <button class="little" type="submit">Save</button>
      <button class="little quiet" type="button" @click=${this.#onCancel}>Keep</button>
      <span id="problem" class="problem" role="status">${this.problem}</span>
    </form>`;
  }

  readonly #onRename = (): void => {
    this.isRenaming = true;
    void this.updateComplete.then(() => {
      const field = this.renderRoot.querySelector('input');
      field?.focus();
      field?.select();
    });
  };

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    const name = this.renderRoot.querySelector('input')?.value.trim() ?? '';
    this.problem = nameProblem(name);
    if (this.problem !== '') return;
    this.#onCancel();
    this.onRename(name);
  };

  readonly #onCancel = (): void => {
    this.isRenaming = false;
    this.problem = '';
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.rename')?.focus());
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.#onCancel();
  };
}

/** What is wrong with a cell name, or nothing. */
export function nameProblem(name: string): string {
  if (name === '') return 'A cell needs a name.';
  return new TextEncoder().encode(name).length > NAME_BYTES_MAX ? 'That name is too long.' : '';
}

customElements.define('app-header', AppHeader);

declare global {
  interface HTMLElementTagNameMap {
    'app-header': AppHeader;
  }
}
