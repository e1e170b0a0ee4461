import { html, nothing, type TemplateResult } from 'lit';
import {
  REVOKE_STATES,
  type FabricSnapshot,
  type LeaseEvent,
  type LeaseView,
  type RevokeState,
  type RunTarget,
  type ViewStage,
} from '../../../sdk/index.ts';
import { cellName, HouseView } from '../../house/index.ts';
import { numberRef } from '../number.ts';
import { Bench } from './bench.ts';
import { STEPS, type Role } from './steps.ts';
import { labStyle } from './style.ts';

const RADIUS = 54;
const ROUND = 2 * Math.PI * RADIUS;
const LOW_SHARE = 0.25;
const GRACE_MS = 5_000;
const TTLS_MS = [15_000, 30_000, 60_000] as const;

const ROLES: Readonly<Record<Role, string>> = {
  holder: 'You hold it',
  lessor: 'You lend it',
  opener: 'You have it open',
};

/** One lease, large, from the side of this tab. */
export class LabView extends HouseView {
  static override properties = { stage: { attribute: false } };

  declare stage: ViewStage;
  protected override readonly rules = labStyle;
  readonly #bench = new Bench(this, () => this.stage.fabric);

  protected override firstUpdated(): void {
    const { ref } = this.stage;
    if (ref !== undefined) void this.#bench.open(ref);
  }

  protected override render(): TemplateResult {
    const { lease, failure, role } = this.#bench;
    const snapshot = this.stage.fabric.snapshot();
    return html`${lease ? this.#glass(lease, snapshot) : this.#start(snapshot)}
      <failure-card .failure=${failure} ?hidden=${!failure} heading="Refused"></failure-card>
      <div class="lab-columns">${this.#steps(lease ? role : 'holder')} ${this.#events(snapshot)}</div>`;
  }

  #start({ cells, self }: FabricSnapshot): TemplateResult {
    const others = cells.filter(({ isSelf, state }) => !isSelf && state === 'alive');
    return html`<div class="lab-columns">
      <form class="cloth lab-card" @submit=${this.#onTake}>
        <h3>Take a lease</h3>
        <p class="soft small">Eight bytes of a tab's memory, with a number in them. Nobody renews it unless you do.</p>
        <div>
          <label for="lab-from">From</label>
          <select id="lab-from">
            ${[...others, { id: self, name: 'This tab itself' }].map(
              ({ id, name }) => html`<option value=${id}>${name}</option>`,
            )}
          </select>
        </div>
        <div>
          <label for="lab-ttl">For</label>
          <select id="lab-ttl">
            ${TTLS_MS.map((ttlMs) => html`<option value=${ttlMs} ?selected=${ttlMs === 30_000}>${ttlMs / 1_000} s</option>`)}
          </select>
        </div>
        <button class="main" type="submit">Take it</button>
      </form>
      <form class="cloth lab-card" @submit=${this.#onOpen}>
        <h3>Open one</h3>
        <p class="soft small">By the LeaseRef, or the link, that its holder shares with you.</p>
        <div>
          <label for="lab-ref">LeaseRef or link</label>
          <input id="lab-ref" class="code" type="text" required autocomplete="off" />
        </div>
        <button type="submit">Open the lease</button>
        <p class="soft small">
          Or wait: as soon as another tab takes one from this tab, you see it here as its lessor.
        </p>
      </form>
    </div>`;
  }

  #glass(lease: LeaseView, snapshot: FabricSnapshot): TemplateResult {
    const { role } = this.#bench;
    return html`<div class="lab-columns">
      <div>
        ${dial(lease, snapshot.takenAtMs)}
        <ul class="lab-states" aria-label="How far its end has got">
          ${REVOKE_STATES.map((state) => {
            const isHere = state === positionOf(lease);
            return html`<li
              class="chip ${isHere ? (state === 'active' ? 'good' : 'warn') : ''}"
              aria-current=${isHere ? 'true' : nothing}
            >
              ${state.replace('_', ' ')}
            </li>`;
          })}
        </ul>
      </div>
      <div>
        <p>
          <span class="chip busy">${ROLES[role]}</span> <span class="chip">generation ${lease.generation}</span>
          <span class="chip">${lease.state}</span>
        </p>
        <p class="soft small">
          <strong>${cellName(snapshot, lease.lessor)}</strong> lends 8 bytes to
          ${lease.holders.map((cell, at) => html`${at > 0 ? ' and ' : ''}<strong>${cellName(snapshot, cell)}</strong>`)}.
        </p>
        ${role === 'lessor' ? nothing : this.#number()}
        <div class="actions">${this.#actions(lease, role)}</div>
      </div>
    </div>`;
  }

  #number(): TemplateResult {
    const { number } = this.#bench;
    return html`<div class="lab-number">
      <output aria-label="The number in the lease">${number ?? '…'}</output>
      <button class="main" type="button" @click=${() => void this.#bench.add()}>+1</button>
    </div>`;
  }

  #actions({ state }: LeaseView, role: Role): TemplateResult {
    const bench = this.#bench;
    if (state !== 'active')
      return html`<button type="button" @click=${() => bench.clear()}>Put another under the glass</button>`;
    if (role === 'lessor')
      return html`<button class="grave" type="button" @click=${() => void bench.revoke(0)}>Take it back now</button>
        <button class="grave" type="button" @click=${() => void bench.revoke(GRACE_MS)}>
          In ${GRACE_MS / 1_000} s
        </button>`;
    return html`${
        role === 'holder'
          ? html`<button type="button" @click=${() => void bench.renew()}>Renew</button>
              <button type="button" @click=${this.#onShare}>Share</button>`
          : nothing
      }
      <button type="button" @click=${() => void bench.free()}>
        ${role === 'holder' ? 'Give it back' : 'Close it'}
      </button>`;
  }

  #steps(role: Role): TemplateResult {
    const { deeds } = this.#bench;
    const next = STEPS[role].find(({ deed }) => !deeds.has(deed));
    return html`<section aria-label="Steps">
      <h3>Step by step</h3>
      <ol class="lab-steps">
        ${STEPS[role].map(
          (step) =>
            html`<li class=${deeds.has(step.deed) ? 'done' : step === next ? 'next' : ''}>
              <span>${step.text}${deeds.has(step.deed) ? html`<span class="unseen"> Done.</span>` : nothing}</span>
            </li>`,
        )}
      </ol>
    </section>`;
  }

  #events(snapshot: FabricSnapshot): TemplateResult {
    const { events } = this.#bench;
    return html`<section aria-label="What this tab hears">
      <h3>What this tab hears</h3>
      ${events.length === 0 ? html`<p class="soft small">Nothing yet.</p>` : nothing}
      <ul class="lab-events" role="log">
        ${events.map(
          ({ wallMs, event }) =>
            html`<li>
              <time class="figures">${new Date(wallMs).toLocaleTimeString()}</time>
              <span class="code">${event.type}</span> <span class="soft">${detailOf(event, snapshot)}</span>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  readonly #onShare = (): void => {
    void this.#bench.share(async (lease) => this.stage.share({ title: 'this number', ref: await numberRef(lease) }));
  };

  readonly #onTake = (event: Event): void => {
    event.preventDefault();
    const from = this.querySelector<HTMLSelectElement>('#lab-from')?.value;
    const ttlMs = Number(this.querySelector<HTMLSelectElement>('#lab-ttl')?.value);
    const on: RunTarget = this.stage.fabric.snapshot().cells.find(({ id }) => id === from)?.id ?? 'any';
    void this.#bench.take(on, ttlMs);
  };

  readonly #onOpen = (event: Event): void => {
    event.preventDefault();
    void this.#bench.open(this.querySelector<HTMLInputElement>('#lab-ref')?.value ?? '');
  };
}

function dial({ state, ttlMs, remainingMs }: LeaseView, takenAtMs: number): TemplateResult {
  const leftMs = state === 'active' ? Math.max(0, remainingMs - Math.max(0, performance.now() - takenAtMs)) : 0;
  const share = ttlMs > 0 ? Math.min(1, leftMs / ttlMs) : 0;
  return html`<div class="lab-dial">
    <svg viewBox="0 0 120 120" aria-hidden="true">
      <circle cx="60" cy="60" r=${RADIUS}></circle>
      <circle
        class="left ${share === 0 ? 'gone' : share < LOW_SHARE ? 'low' : ''}"
        cx="60"
        cy="60"
        r=${RADIUS}
        stroke-dasharray=${ROUND}
        stroke-dashoffset=${ROUND * (1 - share)}
      ></circle>
    </svg>
    <div class="lab-time figures">
      ${state === 'active' ? `${Math.ceil(leftMs / 1_000)} s` : 'over'}
      <small>${state === 'active' ? `of ${Math.round(ttlMs / 1_000)} s` : state}</small>
    </div>
  </div>`;
}

/** The lessor knows how far the end has got; the others know how the lease ended. */
function positionOf({ state, revokeState }: LeaseView): RevokeState {
  if (revokeState !== 'active' || state === 'active') return revokeState;
  return state === 'expired' ? 'expired' : 'torndown';
}

function detailOf(event: LeaseEvent, snapshot: FabricSnapshot): string {
  switch (event.type) {
    case 'LeaseRenewed':
      return `generation ${event.generation}`;
    case 'LeaseWarned':
      return `${event.graceMs / 1_000} s left, because of: ${event.reason.replace('_', ' ')}`;
    case 'LeaseRevoked':
      return event.reason.replace('_', ' ');
    case 'LeaseOpened':
    case 'LeaseClosed':
      return `by ${cellName(snapshot, event.cell)}`;
    case 'LeaseTaken':
    case 'LeaseExpired':
    case 'LeaseFreed':
    case 'LeaseFenced':
    case 'LeaseUnfenced':
      return '';
  }
}

customElements.define('lease-lab', LabView);

declare global {
  interface HTMLElementTagNameMap {
    'lease-lab': LabView;
  }
}
