import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { FabricFailure } from '../../sdk/index.ts';
import type { SignalingReport } from '../doors.ts';
import { adoptTokens, applyTheme, base, controls, pieces, storedTheme } from '../look/index.ts';
import { failureOf, formatDuration } from '../words/index.ts';
import { signalingStyle } from './signaling-style.ts';

const CHECK_INTERVAL_MS = 10_000;

/** What the signaling page asks of the world. */
export interface SignalingDoors {
  /** A fresh join URL. Throws a `FabricError` when the name will not do. */
  createFabricUrl(name: string): string;
  /** Asks the signaling service how it is. Never rejects. */
  signaling(): Promise<SignalingReport>;
  /** What is wrong with the link of an invitation by hand, if anything is. */
  invitationFailure(link: string): FabricFailure | undefined;
  /** Where the page that joins fabrics is. */
  readonly homeUrl: string;
}

/** Makes fabrics for others to join, and shows whether the service that introduces them is up. Joins none itself. */
export class SignalingPage extends LitElement {
  static override properties = {
    doors: { attribute: false },
    created: { state: true },
    failure: { state: true },
    invitationFailure: { state: true },
    report: { state: true },
  };

  static override styles = [base, controls, pieces, signalingStyle];

  declare doors: SignalingDoors | undefined;
  declare private created: { readonly name: string; readonly url: string } | undefined;
  declare private failure: FabricFailure | undefined;
  declare private invitationFailure: FabricFailure | undefined;
  declare private report: SignalingReport | undefined;
  #interval: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.doors = undefined;
    adoptTokens();
    applyTheme(storedTheme());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#interval = setInterval(() => {
      if (document.visibilityState === 'visible') void this.#check();
    }, CHECK_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#interval);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('doors')) void this.#check();
  }

  protected override render(): TemplateResult {
    return html`<main>
      <header>
        <a class="brand" href=${this.doors?.homeUrl ?? ''}>grafos-web</a>
        <theme-toggle></theme-toggle>
      </header>
      <h1>Signaling</h1>
      <p class="lead soft">
        Tabs find each other through a small service that only introduces them. Names and keys of fabrics never reach
        it: they stay behind the # of the link.
      </p>
      <section class="cloth">${this.created ? this.#invitation(this.created) : this.#form()}</section>
      <section class="cloth">
        <h2>By hand</h2>
        <p class="soft small">
          Where no service reaches both of you, two people exchange two codes instead. One opens a fabric with no
          service and chooses Invite by hand; the other pastes that invitation here and sends back the answer it gets.
          Everyone further is introduced by the cells that are there.
        </p>
        <form @submit=${this.#onInvitation} novalidate>
          <label for="invitation">Invitation</label>
          <div class="field">
            <input
              id="invitation"
              class="code"
              type="text"
              autocomplete="off"
              placeholder="…#/f/reading%20room?k=…&o=…"
            />
            <button class="main" type="submit">Answer it</button>
          </div>
          <failure-card .failure=${this.invitationFailure} ?hidden=${!this.invitationFailure}></failure-card>
        </form>
      </section>
      <section>
        <div class="heading"><h2>The service</h2></div>
        ${this.#service()}
      </section>
    </main>`;
  }

  #form(): TemplateResult {
    return html`<form @submit=${this.#onCreate}>
      <h2>Create a fabric</h2>
      <label for="name">Name of the fabric</label>
      <div class="field">
        <input id="name" type="text" required maxlength="48" autocomplete="off" placeholder="reading room" />
        <button class="main" type="submit">Create</button>
      </div>
      <failure-card .failure=${this.failure} ?hidden=${!this.failure}></failure-card>
    </form>`;
  }

  #invitation({ name, url }: { readonly name: string; readonly url: string }): TemplateResult {
    return html`<div class="invitation">
      <qr-code .text=${url}></qr-code>
      <div>
        <h2>${name}</h2>
        <p class="soft small">Whoever opens this link joins. It is the only copy of the key, so keep it.</p>
        <label for="link">Join link</label>
        <input id="link" class="code" type="text" readonly .value=${url} />
        <div class="actions">
          <a class="button main" href=${url}>Open it</a>
          <a class="button" href=${byHandUrl(url)}>Open it with no service</a>
          <copy-button .text=${url}></copy-button>
          <button class="quiet" type="button" @click=${this.#onAnother}>Create another</button>
        </div>
      </div>
    </div>`;
  }

  #service(): TemplateResult {
    const { report } = this;
    if (!report) return html`<p class="soft small" role="status">Asking the signaling service…</p>`;
    return html`<p class="state" role="status">
        <span class="chip ${report.reachable ? 'good' : 'bad'}"
          ><i class="dot"></i>${report.reachable ? 'answers' : 'does not answer'}</span
        >
        <span class="soft">${report.detail}</span>
      </p>
      <dl class="figures">
        <dt>Address</dt>
        <dd class="code">${report.url}</dd>
        <dt>Round trip</dt>
        <dd>${report.roundTripMs === undefined ? 'unknown' : formatDuration(report.roundTripMs)}</dd>
        <dt>Tabs connected</dt>
        <dd>${report.waiting ?? 'unknown'}</dd>
      </dl>
      ${
        report.reachable
          ? nothing
          : html`<p class="empty">
              <strong>Newcomers cannot join for now</strong>Start the service with <code>npm start</code>, or check your
              connection. Cells that are linked already go on without it.
            </p>`
      }
      <button class="little" type="button" @click=${this.#onCheck}>Check it now</button>`;
  }

  readonly #onCreate = (event: Event): void => {
    event.preventDefault();
    const name = this.renderRoot.querySelector<HTMLInputElement>('#name')?.value.trim() ?? '';
    if (!this.doors) return;
    this.failure = undefined;
    try {
      this.created = { name, url: this.doors.createFabricUrl(name) };
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  };

  readonly #onInvitation = (event: Event): void => {
    event.preventDefault();
    const link = this.renderRoot.querySelector<HTMLInputElement>('#invitation')?.value.replace(/\s+/g, '') ?? '';
    this.invitationFailure = this.doors?.invitationFailure(link);
    // Whatever page made it, it is answered on this one: only the fragment is read.
    if (this.doors && !this.invitationFailure) location.assign(this.doors.homeUrl + link.slice(link.indexOf('#')));
  };

  readonly #onAnother = (): void => {
    this.created = undefined;
  };

  readonly #onCheck = (): void => void this.#check();

  async #check(): Promise<void> {
    const report = await this.doors?.signaling();
    if (report) this.report = report;
  }
}

/** The same link, opened with no service at all. */
function byHandUrl(url: string): string {
  return url.replace('#', '?signaling=manual:#');
}

customElements.define('signaling-page', SignalingPage);

declare global {
  interface HTMLElementTagNameMap {
    'signaling-page': SignalingPage;
  }
}
