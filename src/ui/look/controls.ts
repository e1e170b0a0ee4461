import { css } from 'lit';

/** Buttons, fields and choices: one shape everywhere, 40 px tall so that a thumb finds them. */
export const controls = css`
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--gap-2);
    min-height: 2.5rem;
    padding: 0 var(--gap-4);
    border: 1px solid var(--line-strong);
    border-radius: var(--corner);
    background: transparent;
    color: var(--ink);
    font: 600 var(--text-small) / 1.2 var(--face-text);
    text-decoration: none;
    white-space: nowrap;
    cursor: pointer;
    transition:
      background-color 120ms,
      border-color 120ms;
  }
  button:hover,
  .button:hover {
    border-color: var(--ink-faint);
    background: color-mix(in srgb, var(--ink) 5%, transparent);
  }
  button.main,
  .button.main {
    border-color: var(--indigo);
    background: var(--indigo);
    color: var(--on-indigo);
  }
  button.main:hover,
  .button.main:hover {
    background: color-mix(in srgb, var(--indigo) 88%, var(--ink));
  }
  button.quiet {
    border-color: transparent;
    color: var(--ink-soft);
  }
  button.grave {
    border-color: color-mix(in srgb, var(--madder) 45%, transparent);
    color: var(--madder);
  }
  button.little {
    min-height: 2rem;
    padding: 0 var(--gap-3);
  }
  button.icon {
    width: 2.5rem;
    padding: 0;
    flex: none;
  }
  button:disabled {
    cursor: not-allowed;
    opacity: 0.5;
  }
  input[type='text'],
  input[type='url'],
  select {
    min-height: 2.5rem;
    width: 100%;
    min-width: 0;
    padding: 0 var(--gap-3);
    border: 1px solid var(--edge);
    border-radius: var(--corner);
    background: var(--cloth);
    color: var(--ink);
    font: inherit;
  }
  /* Below 16 px, phones zoom into a field when it gets the focus. */
  @media (pointer: coarse) {
    input[type='text'],
    input[type='url'],
    select {
      font-size: 1rem;
    }
  }
  ::placeholder {
    color: var(--ink-faint);
    opacity: 1;
  }
  label,
  legend,
  .label {
    display: block;
    margin-bottom: var(--gap-1);
    color: var(--ink-soft);
    font-size: var(--text-small);
    font-weight: 600;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
  }
`;
