import { css } from 'lit';

export const panelStyle = css`
  :host {
    display: grid;
    gap: var(--gap-5);
  }
  section > p {
    text-wrap: pretty;
  }
  .switch {
    display: flex;
    align-items: start;
    gap: var(--gap-3);
    margin: 0;
    color: var(--ink);
    font-size: var(--text-body);
    cursor: pointer;
  }
  .switch .small {
    display: block;
    font-weight: 400;
  }
  input[type='checkbox'],
  input[type='radio'] {
    width: 1.15rem;
    height: 1.15rem;
    margin: 0.2rem 0 0;
    flex: none;
    accent-color: var(--indigo);
  }
  .list {
    margin-top: var(--gap-3);
  }
  .list li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2) var(--gap-3);
    min-height: 3.25rem;
    padding: var(--gap-2) 0;
  }
  .list li + li {
    border-top: 1px solid var(--line);
  }
  .who {
    display: grid;
    flex: 1 1 12rem;
    min-width: 0;
  }
  .letters {
    padding: 0.1rem 0.6rem;
    border-radius: var(--corner);
    background: var(--cloth-sunk);
    font: 600 1.25rem / 1.5 var(--face-code);
    letter-spacing: 0.08em;
  }
  .two {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr));
    gap: var(--gap-3);
    margin: var(--gap-3) 0;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2) var(--gap-4);
    margin-top: var(--gap-2);
  }
  .choices label {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
    margin: 0;
    color: var(--ink);
    font-weight: 400;
  }
  .choices input {
    margin: 0;
  }
  input[type='number'] {
    min-height: 2.5rem;
    width: 100%;
    padding: 0 var(--gap-3);
    border: 1px solid var(--edge);
    border-radius: var(--corner);
    background: var(--cloth);
    color: var(--ink);
    font: inherit;
  }
`;
