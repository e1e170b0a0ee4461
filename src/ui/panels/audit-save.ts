import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { AuditExport } from '../../sdk/index.ts';
import { base, controls } from '../look/index.ts';
import { saveText } from '../runs/index.ts';
import { formatCount } from '../words/index.ts';

/** Saves the audit chain of this cell, and shows the anchor that tells later whether its end was cut off. */
export class AuditSave extends LitElement {
  static override properties = {
    onSave: { attribute: false },
    onFailure: { attribute: false },
    saved: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
        margin-top: var(--gap-3);
      }
      p {
        margin-top: var(--gap-2);
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare onSave: () => Promise<AuditExport>;
  declare onFailure: (thrown: unknown) => void;
  declare private saved: AuditExport | undefined;

  protected override render(): TemplateResult {
    return html`<button class="little" type="button" @click=${() => void this.#save()}>Save the audit chain</button>
      ${this.saved ? anchorText(this.saved) : nothing}`;
  }

  async #save(): Promise<void> {
    try {
      const audit = await this.onSave();
      saveText('audit.jsonl', `${audit.lines.join('\n')}\n`);
      this.saved = audit;
    } catch (thrown) {
      this.onFailure(thrown);
    }
  }
}

function anchorText({ lines, head }: AuditExport): TemplateResult {
  return html`<p class="small faint" role="status">
    ${formatCount(lines.length)} records. Check them with
    <code>grafos audit verify audit.jsonl --anchor ${head.sequence}:${head.hash}</code>
  </p>`;
}

customElements.define('audit-save', AuditSave);

declare global {
  interface HTMLElementTagNameMap {
    'audit-save': AuditSave;
  }
}
