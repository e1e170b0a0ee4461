import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { CellId, CellView, PolicyChange, PolicyView } from '../../../sdk/index.ts';
import { base, controls, pieces } from '../../look/index.ts';
import { panelStyle } from './style.ts';

const MIB = 1_048_576;
const KINDS = [
  ['cpu', 'worker slots'],
  ['mem', 'memory'],
] as const;
type Kind = (typeof KINDS)[number][0];

/** The rules as a form: what the fabric is called, what one holder may have of each cell, and who lends what. */
export class RulesForm extends LitElement {
  static override properties = {
    policy: { attribute: false },
    cells: { attribute: false },
    name: {},
    onSave: { attribute: false },
    chosen: { state: true },
  };

  static override styles = [base, controls, pieces, panelStyle];

  declare policy: PolicyView | undefined;
  declare cells: readonly CellView[];
  declare name: string;
  declare onSave: (change: PolicyChange) => void;
  /** By kind, who may lend it; all may where it says nothing. */
  declare private chosen: Readonly<Partial<Record<Kind, readonly CellId[]>>>;

  constructor() {
    super();
    this.cells = [];
    this.name = '';
    this.onSave = () => undefined;
    this.chosen = {};
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('policy');
    if (changed.has('policy') && before?.version !== this.policy?.version) this.chosen = { ...this.policy?.lenders };
  }

  protected override render(): TemplateResult {
    const { leasesMax, quantityMax = {} } = this.policy?.quota ?? {};
    const mem = quantityMax['mem'];
    return html`<form aria-label="Rules" @submit=${this.#onSubmit}>
      <div class="heading"><h3>Rules</h3></div>
      <label for="called">Name of the fabric</label>
      <input id="called" type="text" maxlength="48" autocomplete="off" .value=${this.name} />
      <p class="label list">What one cell may hold at another</p>
      <div class="two">
        ${number('leases', 'Leases', leasesMax)} ${number('cpu', 'Worker slots', quantityMax['cpu'])}
        ${number('mem', 'Memory, in MiB', mem === undefined ? undefined : Math.round(mem / MIB))}
      </div>
      ${KINDS.map(([kind, what]) => this.#lenders(kind, what))}
      <div class="actions list"><button class="main" type="submit">Sign these rules</button></div>
    </form>`;
  }

  #lenders(kind: Kind, what: string): TemplateResult {
    const chosen = this.chosen[kind];
    const choose = (cells: readonly CellId[] | undefined): void => {
      const kept = Object.entries({ ...this.chosen, [kind]: cells ?? [] });
      this.chosen = Object.fromEntries(kept.filter(([each]) => each !== kind || cells !== undefined));
    };
    const here = this.cells.filter(({ state }) => state !== 'gone');
    const toggled = (id: CellId): readonly CellId[] =>
      chosen?.includes(id) === true ? chosen.filter((each) => each !== id) : [...(chosen ?? []), id];
    return html`<fieldset class="list">
      <legend>Who lends ${what}</legend>
      <div class="choices">
        ${radio(kind, 'Every cell', chosen === undefined, () => choose(undefined))}
        ${radio(kind, 'Only these', chosen !== undefined, () => choose(chosen ?? here.map(({ id }) => id)))}
      </div>
      ${
        chosen === undefined
          ? nothing
          : html`<div class="choices">
              ${here.map(
                ({ id, name }) =>
                  html`<label>
                    <input
                      type="checkbox"
                      .checked=${chosen.includes(id)}
                      @change=${() => choose(toggled(id))}
                    />${name}
                  </label>`,
              )}
            </div>`
      }
    </fieldset>`;
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    const name = this.renderRoot.querySelector<HTMLInputElement>('#called')?.value.trim() ?? '';
    const mem = this.#number('mem');
    const lenders = Object.fromEntries(KINDS.map(([kind]) => [kind, this.chosen[kind] ?? ('all' as const)]));
    this.onSave({
      name: name === '' ? this.name : name,
      leasesMax: this.#number('leases'),
      quantityMax: { cpu: this.#number('cpu'), mem: mem === null ? null : mem * MIB },
      lenders,
    });
  };

  #number(id: string): number | null {
    const value = this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.value ?? '';
    return value === '' ? null : Math.max(0, Math.floor(Number(value)));
  }
}

function number(id: string, label: string, value: number | undefined): TemplateResult {
  return html`<div>
    <label for=${id}>${label}</label>
    <input id=${id} type="number" min="0" step="1" inputmode="numeric" placeholder="no limit" .value=${value ?? ''} />
  </div>`;
}

function radio(name: string, label: string, isChecked: boolean, onChoose: () => void): TemplateResult {
  return html`<label><input type="radio" name=${name} .checked=${isChecked} @change=${onChoose} />${label}</label>`;
}

customElements.define('rules-form', RulesForm);

declare global {
  interface HTMLElementTagNameMap {
    'rules-form': RulesForm;
  }
}
