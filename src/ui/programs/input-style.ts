import { css } from 'lit';

export const inputStyle = css`
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
  }
  .choice {
    position: relative;
    display: inline-flex;
    align-items: center;
    gap: var(--gap-2);
    min-width: 0;
    max-width: 100%;
    min-height: 2.5rem;
    margin: 0;
    padding: 0.3rem var(--gap-3);
    border: 1px solid var(--line-strong);
    border-radius: var(--corner);
    color: var(--ink);
    font-weight: 500;
    cursor: pointer;
  }
  .choice:hover {
    border-color: var(--ink-faint);
  }
  .choice:has(:checked),
  .choice.chosen {
    border-color: var(--indigo);
    background: var(--indigo-wash);
    box-shadow: inset 0 0 0 1px var(--indigo);
  }
  .choice:focus-within:has(:focus-visible) {
    outline: 2px solid var(--indigo);
    outline-offset: 2px;
  }
  .choice.file {
    border-style: dashed;
  }
  .choice input {
    position: absolute;
    inset: 0;
    width: 100%;
    opacity: 0;
    cursor: pointer;
  }
  .choice img {
    width: 1.75rem;
    height: 1.75rem;
    border-radius: 3px;
    object-fit: cover;
  }
  .size {
    flex: none;
    color: var(--ink-faint);
    font-size: var(--text-tiny);
    font-weight: 400;
  }
  .over {
    outline: 2px dashed var(--indigo);
    outline-offset: 6px;
    border-radius: 3px;
  }
  textarea {
    width: 100%;
    margin-top: var(--gap-2);
    padding: var(--gap-2) var(--gap-3);
    border: 1px solid var(--edge);
    border-radius: var(--corner);
    background: var(--cloth);
    color: var(--ink);
    font: 1rem/1.5 var(--face-text);
    resize: vertical;
  }
  failure-card {
    font-size: var(--text-small);
    margin-top: var(--gap-3);
  }
`;
