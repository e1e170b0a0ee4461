import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import {
  FabricError,
  type Fabric,
  type FabricFailure,
  type FabricSnapshot,
  type IceServer,
  type LobbyView,
} from '../sdk/index.ts';
import type { AppDoors, PreflightItem } from './doors.ts';
import {
  canTryAgain,
  failedCard,
  isAboutBrowser,
  joiningCard,
  journeyStyle,
  leftCard,
  serversCard,
  waitingCard,
} from './journey.ts';
import { adoptTokens, applyTheme, base, controls, pieces, storedTheme } from './look/index.ts';
import { failureOf } from './words/index.ts';

/** After this long, joining says that it is still at it. */
const SLOW_JOIN_MS = 4_000;
const PAGE_TITLE = 'grafos-web';

type View =
  | { readonly kind: 'landing' }
  | { readonly kind: 'servers'; readonly url: string; readonly name: string; readonly servers: readonly IceServer[] }
  | { readonly kind: 'joining'; readonly url: string; readonly name: string; readonly isSlow: boolean }
  | { readonly kind: 'waiting'; readonly url: string; readonly name: string; readonly lobby: LobbyView }
  | {
      readonly kind: 'joined';
      readonly url: string;
      readonly name: string;
      readonly fabric: Fabric;
      /** It was let in by mistake, among newcomers, and waits after all. */
      readonly lobby?: LobbyView;
    }
  | {
      readonly kind: 'failed';
      readonly url: string;
      readonly heading: string;
      readonly failure: FabricFailure;
    }
  | { readonly kind: 'left'; readonly url: string; readonly name: string };

/** The page: goes where the address says, `#/f/<name>?k=…` into that fabric and anything else to the way in. */
export class FabricApp extends LitElement {
  static override properties = { doors: { attribute: false }, view: { state: true }, preflight: { state: true } };

  static override styles = [base, controls, pieces, journeyStyle];

  declare doors: AppDoors | undefined;
  declare private view: View;
  declare private preflight: readonly PreflightItem[] | undefined;
  /** Counts journeys, so that the answer to an abandoned one is told apart. */
  #journey = 0;
  #giveUp = new AbortController();

  constructor() {
    super();
    this.doors = undefined;
    this.view = { kind: 'landing' };
    adoptTokens();
    applyTheme(storedTheme());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#onAddress);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#onAddress);
    this.#abandon();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('doors') && this.doors) this.#onAddress();
    if (this.view.kind === 'failed' && isAboutBrowser(this.view.failure.code) && !this.preflight) void this.#check();
  }

  protected override updated(): void {
    const { view } = this;
    document.title = 'name' in view ? `${view.name} · ${PAGE_TITLE}` : PAGE_TITLE;
  }

  protected override render(): TemplateResult {
    const { view, doors } = this;
    if (!doors) return html``;
    switch (view.kind) {
      case 'landing':
        return html`<landing-view .doors=${doors} .onUrl=${this.#onUrl}></landing-view>`;
      case 'servers': {
        const join = (useLinkServers: boolean): void => void this.#join(doors, view.url, view.name, useLinkServers);
        return serversCard(view.name, view.servers, join, this.#onHome);
      }
      case 'joining':
        return joiningCard(view.name, view.isSlow, this.#onHome);
      case 'waiting':
        return waitingCard(view.name, view.lobby, this.#onHome);
      case 'joined':
        return html`${view.lobby ? waitingCard(view.name, view.lobby, this.#onHome) : nothing}<fabric-view
            ?hidden=${view.lobby !== undefined}
            .fabric=${view.fabric}
            .url=${view.url}
            .doors=${doors}
            .onPhase=${this.#onPhase}
          ></fabric-view>`;
      case 'failed': {
        const onAgain = (): void => this.#open(view.url);
        const { failure } = view;
        return failedCard(view.heading, failure, {
          ...(canTryAgain(failure.code) ? { onAgain } : {}),
          onHome: this.#onHome,
          preflight: isAboutBrowser(failure.code) ? this.preflight : undefined,
        });
      }
      case 'left':
        return leftCard(view.name, () => this.#open(view.url), this.#onHome);
    }
  }

  readonly #onAddress = (): void => {
    if (!location.hash.startsWith('#/f/')) {
      this.#abandon();
      this.view = { kind: 'landing' };
      return;
    }
    const isOpen = 'url' in this.view && this.view.url === location.href && this.view.kind !== 'failed';
    if (!isOpen) this.#open(location.href);
  };

  readonly #onUrl = (url: string): void => {
    const { hash, origin, pathname, protocol } = new URL(url, location.href);
    const isWebAddress = /^https?:$/.test(protocol) && /^https?:/i.test(url);
    // A link of another site opens there; joining it from here would look for its cells at the wrong service. Anything
    // that is no web address (`javascript:` is an address too) is never followed: only its fragment is read.
    if (isWebAddress && (origin !== location.origin || pathname !== location.pathname)) location.assign(url);
    else location.hash = hash;
  };

  readonly #onHome = (): void => {
    history.pushState(undefined, '', location.pathname + location.search);
    this.#onAddress();
  };

  #open(url: string): void {
    this.#abandon();
    const { doors } = this;
    if (!doors) return;
    const reading = doors.parseUrl(url);
    if (!reading.ok) {
      this.view = {
        kind: 'failed',
        url,
        heading: 'This link does not lead to a fabric',
        failure: reading.failure,
      };
      return;
    }
    const { name, iceServers = [] } = reading;
    if (iceServers.length > 0) this.view = { kind: 'servers', url, name, servers: iceServers };
    else void this.#join(doors, url, name, false);
  }

  async #join(doors: AppDoors, url: string, name: string, useLinkServers: boolean): Promise<void> {
    const journey = ++this.#journey;
    const isCurrent = (): boolean => journey === this.#journey;
    this.view = { kind: 'joining', url, name, isSlow: false };
    const { signal } = this.#giveUp;
    const onWaiting = (lobby: LobbyView): void => {
      if (isCurrent()) this.view = { kind: 'waiting', url, name, lobby };
    };
    const slow = setTimeout(() => {
      if (isCurrent() && this.view.kind === 'joining') this.view = { kind: 'joining', url, name, isSlow: true };
    }, SLOW_JOIN_MS);
    try {
      const joining = doors.join(url, { useLinkServers, onWaiting, signal });
      await loadInside(joining);
      const fabric = await joining;
      if (isCurrent()) this.view = { kind: 'joined', url, name, fabric };
      else leaveQuietly(fabric);
    } catch (thrown) {
      if (isCurrent())
        this.view = {
          kind: 'failed',
          url,
          heading: `Could not join ${name}`,
          failure: failureOf(thrown),
        };
    } finally {
      clearTimeout(slow);
    }
  }

  async #check(): Promise<void> {
    try {
      this.preflight = await this.doors?.preflight();
    } catch {
      // The failure itself is on the page already; its details go without.
      this.preflight = [];
    }
  }

  readonly #onPhase = (snapshot: FabricSnapshot): void => {
    const { view } = this;
    if (view.kind !== 'joined') return;
    const { lobby } = snapshot;
    if (lobby?.isStewardHere !== view.lobby?.isStewardHere) {
      this.view = { kind: 'joined', url: view.url, name: view.name, fabric: view.fabric, ...(lobby ? { lobby } : {}) };
    }
    if (snapshot.phase === 'left') this.view = { kind: 'left', url: view.url, name: view.name };
    if (snapshot.phase === 'failed' && snapshot.failure) {
      this.view = {
        kind: 'failed',
        url: view.url,
        heading: `${view.name} ended here`,
        failure: snapshot.failure,
      };
    }
  };

  #abandon(): void {
    this.#journey++;
    this.#giveUp.abort();
    this.#giveUp = new AbortController();
    if (this.view.kind === 'joined') leaveQuietly(this.view.fabric);
  }
}

/** Loads what a fabric looks like from the inside, while that is being joined; left again where it cannot be shown. */
async function loadInside(joining: Promise<Fabric>): Promise<void> {
  const loading = import('./joined/index.ts');
  // Whoever cannot get in hears why from the joining itself.
  joining.catch(() => undefined);
  try {
    await loading;
  } catch {
    void joining.then(leaveQuietly, () => undefined);
    throw new FabricError({ code: 'internal', message: 'a part of the page could not be loaded; reload the page' });
  }
}

// Nobody is looking any more; a link that cannot be closed politely times out at the other end.
function leaveQuietly(fabric: Fabric): void {
  fabric.leave().catch(() => undefined);
}

customElements.define('fabric-app', FabricApp);

declare global {
  interface HTMLElementTagNameMap {
    'fabric-app': FabricApp;
  }
}
