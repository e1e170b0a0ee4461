import { html, LitElement, type TemplateResult } from 'lit';
import { applyTheme, base, controls, isNight, storedTheme, type ThemeChoice } from '../look/index.ts';
import { icon } from './icon.ts';

/** Switches between day and night; follows the system until it is pressed. */
export class ThemeToggle extends LitElement {
  static override properties = { choice: { state: true } };

  static override styles = [base, controls];

  declare private choice: ThemeChoice;

  constructor() {
    super();
    this.choice = storedTheme();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    applyTheme(this.choice);
  }

  protected override render(): TemplateResult {
    const isDark = isNight(this.choice);
    const label = isDark ? 'Use light colours' : 'Use dark colours';
    return html`<button class="icon quiet" type="button" aria-label=${label} title=${label} @click=${this.#onClick}>
      ${icon(isDark ? 'sun' : 'moon')}
    </button>`;
  }

  readonly #onClick = (): void => {
    this.choice = isNight(this.choice) ? 'day' : 'night';
    applyTheme(this.choice);
  };
}

customElements.define('theme-toggle', ThemeToggle);

declare global {
  interface HTMLElementTagNameMap {
    'theme-toggle': ThemeToggle;
  }
}
