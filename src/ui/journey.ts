import { css, html, nothing, type TemplateResult } from 'lit';
import type { FabricErrorCode, FabricFailure, IceServer, LobbyView } from '../sdk/index.ts';
import type { PreflightItem } from './doors.ts';

/** On the way in: which fabric, and that it can take a while. */
export function joiningCard(name: string, isSlow: boolean, onCancel: () => void): TemplateResult {
  return html`<main class="journey">
    <div class="card cloth" role="status">
      <span class="weaving" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></span>
      <h1>Joining ${name}</h1>
      <p class="soft">
        ${
          isSlow
            ? 'Still looking for the other cells. Slow networks can take up to twenty seconds.'
            : 'Finding the other cells and proving the key to each of them.'
        }
      </p>
      <div class="actions"><button type="button" @click=${onCancel}>Stop</button></div>
    </div>
  </main>`;
}

/** The link names servers that would learn of this computer: they are shown before they are asked anything. */
export function serversCard(
  name: string,
  servers: readonly IceServer[],
  onJoin: (useLinkServers: boolean) => void,
  onHome: () => void,
): TemplateResult {
  return html`<main class="journey">
    <div class="card cloth">
      <h1>Join ${name}</h1>
      <p>This link brings servers that help cells connect through difficult networks:</p>
      <ul>
        ${servers.map(({ urls, username }) => html`<li><span class="code">${urls}</span>${username === undefined ? nothing : html` <span class="soft">as ${username}</span>`}</li>`)}
      </ul>
      <p class="soft">
        They would learn the network addresses of this computer. A TURN server also carries what finds no direct way,
        encrypted. Use them if you trust whoever sent you the link.
      </p>
      <div class="actions">
        <button class="main" type="button" @click=${() => onJoin(true)}>Join with these servers</button>
        <button type="button" @click=${() => onJoin(false)}>Join without them</button>
        <button class="quiet" type="button" @click=${onHome}>Do not join</button>
      </div>
    </div>
  </main>`;
}

/** In the lobby: what it waits for, and the code by which the steward tells this tab from others. */
export function waitingCard(name: string, { code, isStewardHere }: LobbyView, onCancel: () => void): TemplateResult {
  return html`<main class="journey">
    <div class="card cloth" role="status">
      <span class="weaving" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></span>
      <h1>Waiting to be let into ${name}</h1>
      <p class="lobby-code" aria-label="Your code is ${code.replace(/./g, '$& ')}">${code}</p>
      <p class="soft">
        ${
          isStewardHere
            ? 'The steward of this fabric sees this code beside your cell’s name, and lets you in. Until then you see nothing of the fabric.'
            : 'The steward, who lets newcomers in, is not here right now. This page keeps waiting and goes on by itself.'
        }
      </p>
      <div class="actions"><button type="button" @click=${onCancel}>Stop waiting</button></div>
    </div>
  </main>`;
}

/** What can be done after joining failed. */
export interface FailureActions {
  /** Absent when the link itself is wrong and trying it again cannot help. */
  readonly onAgain?: () => void;
  readonly onHome: () => void;
  /** What this browser can do, where that is why joining failed. */
  readonly preflight?: readonly PreflightItem[] | undefined;
}

/** Whether joining once more can end better without anything else being changed. */
export function canTryAgain(code: FabricErrorCode): boolean {
  return code !== 'fabric_url_invalid' && code !== 'wrong_key' && code !== 'evicted' && code !== 'browser_unsupported';
}

/** Whether a failure comes from what this browser lacks, so that the checks belong beside it. */
export function isAboutBrowser(code: FabricErrorCode): boolean {
  const codes: readonly FabricErrorCode[] = [
    'insecure_context',
    'isolation_missing',
    'browser_unsupported',
    'storage_unavailable',
  ];
  return codes.includes(code);
}

/** Joining failed, or the fabric ended under us: what happened, what to do, and the code for whoever helps. */
export function failedCard(heading: string, failure: FabricFailure, actions: FailureActions): TemplateResult {
  return html`<main class="journey">
    <div class="card cloth" role="alert">
      <h1>${heading}</h1>
      <p>${failure.message}</p>
      <p class="recovery">${failure.recovery}</p>
      <div class="actions">
        ${actions.onAgain ? html`<button class="main" type="button" @click=${actions.onAgain}>Try again</button>` : nothing}
        <button class=${actions.onAgain ? '' : 'main'} type="button" @click=${actions.onHome}>
          Create a fabric or use another link
        </button>
      </div>
      ${
        actions.preflight
          ? html`<details>
              <summary>What works in this browser</summary>
              <preflight-panel .items=${actions.preflight}></preflight-panel>
            </details>`
          : nothing
      }
      <p class="faint small">Code <span class="code">${failure.code}</span></p>
    </div>
  </main>`;
}

/** After leaving. */
export function leftCard(name: string, onBack: () => void, onHome: () => void): TemplateResult {
  return html`<main class="journey">
    <div class="card cloth" role="status">
      <h1>You left ${name}</h1>
      <p class="soft">Its other cells go on without this tab. What it had lent is theirs no more.</p>
      <div class="actions">
        <button class="main" type="button" @click=${onBack}>Join again</button>
        <button type="button" @click=${onHome}>Create a fabric or use another link</button>
      </div>
    </div>
  </main>`;
}

export const journeyStyle = css`
  .lobby-code {
    justify-self: start;
    padding: var(--gap-2) var(--gap-4);
    border-radius: var(--corner-large);
    background: var(--cloth-sunk);
    font: 600 clamp(2rem, 9vw, 3.25rem) / 1.25 var(--face-code);
    letter-spacing: 0.08em;
  }
  .journey {
    display: grid;
    place-items: center;
    min-height: 100dvh;
    padding: var(--gap-4);
  }
  .card {
    display: grid;
    gap: var(--gap-4);
    width: min(34rem, 100%);
    padding: clamp(1.25rem, 5vw, 2.5rem);
    overflow-wrap: anywhere;
    /* A selvedge: the woven edge that keeps a cloth from fraying. */
    border-top: 0;
    background:
      repeating-linear-gradient(
          90deg,
          var(--dye-0) 0 18px,
          var(--dye-4) 18px 30px,
          var(--dye-1) 30px 36px,
          var(--dye-4) 36px 48px,
          var(--dye-0) 48px 66px,
          var(--dye-2) 66px 70px
        )
        0 0 / 100% 5px no-repeat,
      var(--cloth);
    box-shadow: var(--shade);
  }
  .card h1 {
    font-size: var(--text-name);
  }
  .card details preflight-panel {
    margin-top: var(--gap-3);
  }
  .recovery {
    padding-left: var(--gap-4);
    border-left: 3px solid var(--indigo);
  }
  .weaving {
    display: flex;
    gap: 6px;
    height: 2rem;
  }
  .weaving i {
    width: 6px;
    border-radius: 3px;
    background: var(--dye-0);
    animation: weave 1.5s ease-in-out infinite;
  }
  .weaving i:nth-child(2) {
    background: var(--dye-4);
    animation-delay: -1.2s;
  }
  .weaving i:nth-child(3) {
    background: var(--dye-1);
    animation-delay: -0.9s;
  }
  .weaving i:nth-child(4) {
    background: var(--dye-2);
    animation-delay: -0.6s;
  }
  .weaving i:nth-child(5) {
    background: var(--dye-5);
    animation-delay: -0.3s;
  }
  @keyframes weave {
    50% {
      transform: scaleY(0.45);
    }
  }
`;
