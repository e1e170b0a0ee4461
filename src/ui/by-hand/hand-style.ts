import { css } from 'lit';

export const handStyle = css`
  :host {
    display: block;
  }
  ol {
    display: grid;
    gap: var(--gap-5);
    margin: var(--gap-4) 0 0;
    padding: 0;
    list-style: none;
    counter-reset: step;
  }
  li {
    counter-increment: step;
  }
  h3 {
    display: flex;
    align-items: baseline;
    gap: var(--gap-2);
    margin-bottom: var(--gap-2);
    font-size: var(--text-body, 1rem);
  }
  h3::before {
    content: counter(step);
    color: var(--ink-faint);
    font-variant-numeric: tabular-nums;
  }
  qr-code {
    display: block;
    max-width: 19rem;
    margin: var(--gap-3) auto;
  }
  textarea {
    width: 100%;
    min-height: 5.25rem;
    padding: var(--gap-2) var(--gap-3);
    border: 1px solid var(--edge);
    border-radius: var(--corner);
    background: var(--cloth);
    color: var(--ink);
    font-size: var(--text-small);
    line-height: 1.4;
    resize: vertical;
    overflow-wrap: anywhere;
    word-break: break-all;
  }
  @media (pointer: coarse) {
    textarea {
      font-size: 1rem;
    }
  }
  .actions {
    margin-top: var(--gap-2);
  }
  failure-card {
    margin-top: var(--gap-3);
  }
  .done {
    margin-top: var(--gap-4);
  }
`;
