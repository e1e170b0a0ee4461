import { html, LitElement, type TemplateResult } from 'lit';
import type { FabricFailure } from '../../sdk/index.ts';
import type { AppDoors, PreflightItem } from '../doors.ts';
import { base, controls, pieces } from '../look/index.ts';
import { preflightSummary } from './preflight-panel.ts';
import { failureOf } from '../words/index.ts';
import { landingStyle } from './landing-style.ts';
import { loom, loomStyle } from './loom.ts';

/** The way in without a link: what this is, a fabric of one's own, or someone else's. */
export class LandingView extends LitElement {
  static override properties = {
    doors: { attribute: false },
    onUrl: { attribute: false },
    preflight: { state: true },
    hasPreflightFailed: { state: true },
    createFailure: { state: true },
    linkFailure: { state: true },
    isCreating: { state: true },
  };

  static override styles = [base, controls, pieces, loomStyle, landingStyle];

  declare doors: AppDoors;
  /** Called with the join URL to open. */
  declare onUrl: (url: string) => void;
  declare private preflight: readonly PreflightItem[] | undefined;
  declare private hasPreflightFailed: boolean;
  declare private createFailure: FabricFailure | undefined;
  declare private linkFailure: FabricFailure | undefined;
  declare private isCreating: boolean;

  constructor() {
    super();
    this.onUrl = () => undefined;
    this.preflight = undefined;
    this.hasPreflightFailed = false;
    this.isCreating = false;
  }

  protected override firstUpdated(): void {
    void this.#check();
  }

  protected override render(): TemplateResult {
    return html`<main>
      <header>
        <span class="brand">grafos-web</span>
        <theme-toggle></theme-toggle>
      </header>
      <section class="hero">
        <div>
          <h1>Browser tabs, woven into one computer.</h1>
          <p class="lead">
            Tabs that open the same link form a fabric: they lend each other worker slots and memory for moments at a
            time, and run WebAssembly tasklets wherever there is room.
          </p>
        </div>
        <div class="picture">${loom()}</div>
      </section>
      <div class="ways">
        <section>${this.#create()}</section>
        <section>${this.#paste()}</section>
      </div>
      <section class="check">
        <div class="heading"><h2>What works here</h2></div>
        ${this.preflight ? html`<p class="sum soft">${preflightSummary(this.preflight)}</p>` : ''}
        <preflight-panel .items=${this.preflight} ?hasFailed=${this.hasPreflightFailed}></preflight-panel>
      </section>
      <footer class="small faint">
        Tabs find each other through a <a href="signaling.html">signaling service</a>, which learns neither names nor
        keys.
      </footer>
    </main>`;
  }

  #create(): TemplateResult {
    return html`<form @submit=${this.#onCreate}>
      <h2>Create a fabric</h2>
      <p class="soft">Name it; this tab is its first cell. The next page has the link for the others.</p>
      <label for="name">Name of the fabric</label>
      <div class="field">
        <input
          id="name"
          name="name"
          type="text"
          required
          maxlength="48"
          autocomplete="off"
          placeholder="reading room"
        />
        <button class="main" type="submit" ?disabled=${this.isCreating}>Create</button>
      </div>
      <failure-card .failure=${this.createFailure} ?hidden=${!this.createFailure}></failure-card>
    </form>`;
  }

  #paste(): TemplateResult {
    return html`<form @submit=${this.#onPaste} novalidate>
      <h2>Join with a link</h2>
      <p class="soft">Paste the link someone gave you. Opening it directly does the same.</p>
      <label for="link">Join link</label>
      <div class="field">
        <input id="link" name="link" type="url" required autocomplete="off" placeholder="https://…/#/f/…" />
        <button type="submit">Join</button>
      </div>
      <failure-card .failure=${this.linkFailure} ?hidden=${!this.linkFailure}></failure-card>
    </form>`;
  }

  readonly #onCreate = (event: Event): void => {
    event.preventDefault();
    void this.#createNamed(this.#value('#name'));
  };

  readonly #onPaste = (event: Event): void => {
    event.preventDefault();
    const url = this.#value('#link');
    const reading = this.doors.parseUrl(url);
    this.linkFailure = reading.ok ? undefined : reading.failure;
    if (reading.ok) this.onUrl(url);
  };

  async #createNamed(name: string): Promise<void> {
    this.isCreating = true;
    this.createFailure = undefined;
    try {
      this.onUrl(await this.doors.createFabricUrl(name));
    } catch (thrown) {
      this.createFailure = failureOf(thrown);
    } finally {
      this.isCreating = false;
    }
  }

  async #check(): Promise<void> {
    try {
      this.preflight = await this.doors.preflight();
    } catch {
      this.hasPreflightFailed = true;
    }
  }

  #value(selector: string): string {
    return this.renderRoot.querySelector<HTMLInputElement>(selector)?.value.trim() ?? '';
  }
}

customElements.define('landing-view', LandingView);

declare global {
  interface HTMLElementTagNameMap {
    'landing-view': LandingView;
  }
}
