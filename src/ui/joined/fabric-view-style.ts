import { css } from 'lit';

export const fabricViewStyle = css`
  .page {
    max-width: 88rem;
    margin: 0 auto;
    padding: 0 clamp(1rem, 3vw, 2.5rem) var(--gap-8);
  }
  main,
  main.wide > div {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-6);
    align-content: start;
  }
  main.wide {
    grid-template-columns: minmax(0, 2fr) minmax(20rem, 1fr);
  }
  main.wide > div {
    gap: var(--gap-7);
  }
  section {
    min-width: 0;
  }
  .map {
    overflow: hidden;
  }
  .ledger {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
    gap: var(--gap-4);
    align-items: start;
  }
  .ledger > run-list:only-child {
    grid-column: 1 / -1;
  }
  .alone {
    display: grid;
    grid-template-columns: minmax(6rem, 9.5rem) minmax(0, 1fr);
    gap: var(--gap-4);
    align-items: center;
    padding: var(--gap-4);
    border: 1px solid var(--line);
    border-radius: var(--corner);
    background: var(--cloth);
  }
  .alone > div {
    display: grid;
    gap: var(--gap-2);
    justify-items: start;
    text-wrap: pretty;
  }
  .alone .code {
    font-size: var(--text-tiny);
  }
  .inner {
    margin-top: var(--gap-3);
  }
  @media (max-width: 48rem) {
    .ledger {
      grid-template-columns: minmax(0, 1fr);
    }
    .map {
      /* The map is the one thing that may use the whole width of a phone. */
      margin: 0 -0.5rem;
    }
  }
`;
