import { css } from 'lit';

/** A dialog and its head: a heading, and a close button at its right. How wide it is, each says for itself. */
export const dialogStyle = css`
  dialog {
    max-height: calc(100dvh - 2rem);
    padding: var(--gap-5);
    overflow-y: auto;
    border: 1px solid var(--line);
    border-radius: var(--corner-large);
    background: var(--cloth);
    color: var(--ink);
    box-shadow: var(--shade);
  }
  dialog::backdrop {
    background: rgb(9 14 25 / 55%);
  }
  header {
    display: flex;
    align-items: start;
    justify-content: space-between;
    gap: var(--gap-3);
    margin-bottom: var(--gap-3);
  }
  h2 {
    padding-top: 0.35rem;
  }
  .close {
    margin: -0.25rem -0.5rem 0 0;
  }
`;
