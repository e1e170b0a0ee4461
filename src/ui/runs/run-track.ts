import { css, html, type TemplateResult } from 'lit';
import type { RunStatus } from '../../sdk/index.ts';
import { isEnded, RUN_STEPS, runTone } from '../words/index.ts';

/** The way of a run as five knots on a thread: queued, placed, admitted, running, ended. */
export function runTrack(status: RunStatus): TemplateResult {
  const reached = isEnded(status) ? RUN_STEPS.length : RUN_STEPS.findIndex((step) => step === status);
  const last = isEnded(status) ? status : 'ended';
  return html`<span class="track ${runTone(status)}" aria-hidden="true">
    ${[...RUN_STEPS, last].map((step, index) => {
      const state = index < reached ? 'past' : index === reached ? 'now' : 'ahead';
      return html`<i class=${state} title=${step}></i>`;
    })}
  </span>`;
}

export const runTrackStyle = css`
  .track {
    display: inline-flex;
    align-items: center;
    color: var(--ink-faint);
  }
  .track.busy {
    color: var(--indigo);
  }
  .track.good {
    color: var(--verdigris);
  }
  .track.warn {
    color: var(--weld);
  }
  .track.bad {
    color: var(--madder);
  }
  .track i {
    position: relative;
    width: 0.5rem;
    height: 0.5rem;
    border: 1.5px solid var(--line-strong);
    border-radius: 50%;
    background: var(--cloth);
  }
  .track i + i {
    margin-left: 0.7rem;
  }
  .track i + i::before {
    position: absolute;
    top: calc(50% - 0.75px);
    right: calc(100% + 1.5px);
    width: 0.7rem;
    border-top: 1.5px dashed var(--line-strong);
    content: '';
  }
  .track .past,
  .track .now {
    border-color: currentColor;
    background: currentColor;
  }
  .track .past + i:not(.ahead)::before {
    border-top: 1.5px solid currentColor;
  }
  .track.busy .now {
    animation: breathe 1.4s ease-in-out infinite;
  }
  @keyframes breathe {
    50% {
      box-shadow: 0 0 0 4px color-mix(in srgb, currentColor 25%, transparent);
    }
  }
`;
