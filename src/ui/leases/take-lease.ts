import { css, html, LitElement, type TemplateResult } from 'lit';
import type { CellView, LeaseKind, RunTarget } from '../../sdk/index.ts';
import { base, controls } from '../look/index.ts';
import type { LeaseDesk } from './lease-desk.ts';

/** A lease as a person asks for it. */
export interface LeaseAsk {
  readonly kind: LeaseKind;
  readonly quantity: number;
  readonly ttlMs: number;
  readonly isKeptAlive: boolean;
  readonly on: RunTarget;
}

const MIB = 1_048_576;
/** Choices that show something in a lesson: long enough to read, short enough to wait for. */
const SECONDS = [10, 30, 60, 300] as const;
const MEBIBYTES = [1, 16, 64] as const;

/** Takes a lease, or opens one that somebody else took. */
export class TakeLease extends LitElement {
  static override properties = {
    cells: { attribute: false },
    desk: { attribute: false },
    isBusy: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      details {
        margin-bottom: var(--gap-4);
      }
      summary {
        color: var(--ink-soft);
        font-size: var(--text-small);
        font-weight: 600;
        cursor: pointer;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--gap-3);
        margin-top: var(--gap-3);
      }
      form > div {
        flex: 1 1 7rem;
        min-width: 0;
      }
      form > .wide {
        flex-basis: 16rem;
      }
      .check {
        display: flex;
        align-items: center;
        gap: 0.5em;
        flex: 1 1 100%;
        margin: 0;
        font-weight: 400;
      }
    `,
  ];

  declare cells: readonly CellView[];
  declare desk: LeaseDesk;
  declare private isBusy: boolean;

  constructor() {
    super();
    this.cells = [];
    this.isBusy = false;
  }

  protected override render(): TemplateResult {
    const lenders = this.cells.filter((cell) => cell.state === 'alive');
    return html`<details>
      <summary>Take or open a lease</summary>
      <form @submit=${this.#onTake}>
        <div>
          <label for="what">What</label>
          <select id="what" name="what">
            <option value="cpu 1">1 worker slot</option>
            ${MEBIBYTES.map((size) => html`<option value="mem ${size * MIB}">${size} MiB of memory</option>`)}
          </select>
        </div>
        <div>
          <label for="ttl">For</label>
          <select id="ttl" name="ttl">
            ${SECONDS.map((seconds) => html`<option value=${seconds} ?selected=${seconds === 30}>${seconds} s</option>`)}
          </select>
        </div>
        <div>
          <label for="on">From</label>
          <select id="on" name="on">
            <option value="any">the best cell</option>
            ${lenders.map((cell) => html`<option value=${cell.id}>${cell.name}${cell.isSelf ? ' (you)' : ''}</option>`)}
          </select>
        </div>
        <button class="main" type="submit" ?disabled=${this.isBusy}>Take it</button>
        <label class="check"><input type="checkbox" name="keep" /> Renew it in time until I free it</label>
      </form>
      <form @submit=${this.#onOpen}>
        <div class="wide">
          <label for="ref">LeaseRef somebody gave you</label>
          <input id="ref" name="ref" class="code" type="text" autocomplete="off" spellcheck="false" required />
        </div>
        <button type="submit" ?disabled=${this.isBusy}>Open it</button>
      </form>
    </details>`;
  }

  readonly #onTake = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = formOf(event);
    if (!form) return;
    const said = new FormData(form);
    const [kind, quantity] = textOf(said, 'what').split(' ');
    void this.#while(() =>
      this.desk.take({
        kind: kind === 'mem' ? 'mem' : 'cpu',
        quantity: Number(quantity),
        ttlMs: 1_000 * Number(textOf(said, 'ttl')),
        isKeptAlive: said.has('keep'),
        on: this.cells.find((cell) => cell.id === said.get('on'))?.id ?? 'any',
      }),
    );
  };

  readonly #onOpen = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = formOf(event);
    if (!form) return;
    void this.#while(() => this.desk.open(textOf(new FormData(form), 'ref'))).then((isOpen) => isOpen && form.reset());
  };

  async #while(act: () => Promise<boolean>): Promise<boolean> {
    this.isBusy = true;
    try {
      return await act();
    } finally {
      this.isBusy = false;
    }
  }
}

function formOf(event: SubmitEvent): HTMLFormElement | undefined {
  return event.currentTarget instanceof HTMLFormElement ? event.currentTarget : undefined;
}

function textOf(said: FormData, name: string): string {
  const value = said.get(name);
  return typeof value === 'string' ? value : '';
}

customElements.define('take-lease', TakeLease);

declare global {
  interface HTMLElementTagNameMap {
    'take-lease': TakeLease;
  }
}
