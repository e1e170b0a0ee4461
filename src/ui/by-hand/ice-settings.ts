import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { parseIceLines, withIceServers, type FabricFailure } from '../../sdk/index.ts';
import type { IceSettings } from '../doors.ts';
import { base, controls, pieces } from '../look/index.ts';
import { handStyle } from './hand-style.ts';

/** The STUN and TURN servers this browser uses, and an invitation that carries them. */
export class IceSettingsForm extends LitElement {
  static override properties = {
    ice: { attribute: false },
    joinUrl: {},
    failure: { state: true },
    savedLines: { state: true },
  };

  static override styles = [base, controls, pieces, handStyle];

  declare ice: IceSettings;
  declare joinUrl: string;
  declare private failure: FabricFailure | undefined;
  /** What was saved a moment ago. */
  declare private savedLines: string | undefined;

  protected override render(): TemplateResult {
    const { failure, savedLines } = this;
    return html`<form @submit=${this.#onSave}>
      <p class="soft">
        One a line: <code>stun:host:3478</code>, or <code>turn:host:3478 user credential</code>. They learn the
        addresses of this computer; a TURN server carries what finds no direct way, encrypted.
      </p>
      <label for="servers">Servers</label>
      <textarea id="servers" class="code" spellcheck="false" .value=${this.ice.read()}></textarea>
      <div class="actions"><button class="little" type="submit">Save</button></div>
      ${failure ? html`<failure-card .failure=${failure}></failure-card>` : nothing}
      ${savedLines === undefined ? nothing : this.#saved(savedLines)}
    </form>`;
  }

  #saved(lines: string): TemplateResult {
    const read = parseIceLines(lines);
    const servers = read.ok ? read.value : [];
    return html`<p class="done" role="status">Saved. They are used from the next time this tab joins.</p>
      ${
        servers.length === 0
          ? nothing
          : html`<p class="soft">Others may use them too, credentials included, if you send them this invitation:</p>
              <copy-button .text=${withIceServers(this.joinUrl, servers)} label="Copy link with servers"></copy-button>`
      }`;
  }

  readonly #onSave = (event: Event): void => {
    event.preventDefault();
    const lines = this.renderRoot.querySelector<HTMLTextAreaElement>('#servers')?.value ?? '';
    this.failure = this.ice.write(lines);
    this.savedLines = this.failure ? undefined : lines;
  };
}

customElements.define('ice-settings', IceSettingsForm);

declare global {
  interface HTMLElementTagNameMap {
    'ice-settings': IceSettingsForm;
  }
}
