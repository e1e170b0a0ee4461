import { LitElement, type CSSResult } from 'lit';

/**
 * A view without a shadow root of its own: it stands in one of the page's, so the page's styles for text, controls and
 * chips hold for it, and the page's parts (`<ttl-ring>`, `<cell-badge>`, `<failure-card>`) are there by name. Its own rules
 * begin with the name of its element, for they hold for everything around it too.
 */
export abstract class HouseView extends LitElement {
  protected abstract readonly rules: CSSResult;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const root = this.getRootNode();
    const own = this.rules.styleSheet;
    if (!own || !(root instanceof ShadowRoot || root instanceof Document)) return;
    if (!root.adoptedStyleSheets.includes(own)) root.adoptedStyleSheets.push(own);
  }
}
