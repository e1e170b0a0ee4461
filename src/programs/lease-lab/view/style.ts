import { css } from 'lit';

export const labStyle = css`
  lease-lab {
    display: grid;
    gap: var(--gap-5);
  }
  lease-lab .lab-columns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr));
    gap: var(--gap-5);
  }
  lease-lab .lab-columns > * {
    display: grid;
    gap: var(--gap-3);
    align-content: start;
    min-width: 0;
  }
  lease-lab .lab-card {
    justify-items: start;
    padding: var(--gap-5);
  }
  lease-lab .lab-card > div {
    width: 100%;
  }
  lease-lab .lab-dial {
    display: grid;
    place-items: center;
    justify-self: center;
    width: min(100%, 15rem);
  }
  lease-lab .lab-dial > * {
    grid-area: 1 / 1;
  }
  lease-lab .lab-dial svg {
    width: 100%;
    transform: rotate(-90deg);
  }
  lease-lab .lab-dial circle {
    fill: none;
    stroke: var(--line);
    stroke-width: 7;
  }
  lease-lab .lab-dial .left {
    stroke: var(--indigo);
    stroke-linecap: round;
  }
  lease-lab .lab-dial .left.low {
    stroke: var(--weld-thread);
  }
  lease-lab .lab-dial .gone {
    stroke: none;
  }
  lease-lab .lab-time {
    font: 600 var(--text-name) / 1.2 var(--face-title);
    text-align: center;
  }
  lease-lab .lab-time small {
    display: block;
    color: var(--ink-soft);
    font: 400 var(--text-small) / 1.4 var(--face-text);
  }
  lease-lab .lab-states {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-1);
  }
  lease-lab .lab-states .chip:not([aria-current]) {
    opacity: 0.6;
  }
  lease-lab .lab-number {
    display: flex;
    align-items: center;
    gap: var(--gap-4);
  }
  lease-lab output {
    min-width: 2ch;
    font: 600 var(--text-hero) / 1 var(--face-title);
  }
  lease-lab .lab-steps {
    display: grid;
    gap: var(--gap-2);
    counter-reset: step;
  }
  lease-lab .lab-steps li {
    display: grid;
    grid-template-columns: 1.75rem minmax(0, 1fr);
    color: var(--ink-soft);
    counter-increment: step;
  }
  lease-lab .lab-steps li::before {
    content: counter(step) '.';
    color: var(--ink-faint);
    font-weight: 600;
  }
  lease-lab .lab-steps .done::before {
    content: '✓';
    color: var(--verdigris);
  }
  lease-lab .lab-steps .next {
    color: var(--ink);
    font-weight: 600;
  }
  lease-lab .lab-events {
    display: grid;
    gap: var(--gap-1);
    max-height: 14rem;
    overflow-y: auto;
    font-size: var(--text-small);
  }
  lease-lab .lab-events time {
    margin-right: var(--gap-2);
    color: var(--ink-faint);
  }
`;
