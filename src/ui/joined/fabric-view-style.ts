import { css } from 'lit';

export const fabricViewStyle = css`
  .page {
    max-width: 84rem;
    margin: 0 auto;
    padding: 0 clamp(1rem, 3vw, 2.5rem) var(--gap-8);
  }
  main {
    display: grid;
    grid-template-columns: repeat(12, minmax(0, 1fr));
    gap: var(--gap-7) var(--gap-6);
    align-items: start;
  }
  section {
    min-width: 0;
  }
  .map {
    grid-column: span 8;
    overflow: hidden;
  }
  .cells {
    grid-column: span 4;
  }
  .programs {
    grid-column: span 4;
  }
  .runs {
    grid-column: span 8;
  }
  .leases {
    grid-column: span 7;
  }
  .events {
    grid-column: span 5;
  }
  .signaling,
  .preflight {
    grid-column: span 6;
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
    justify-items: center;
    gap: var(--gap-2);
    max-width: 24rem;
    text-wrap: balance;
  }
  .inner {
    margin-top: var(--gap-3);
  }
  @media (max-width: 72rem) {
    .map,
    .runs,
    .cells,
    .programs,
    .leases,
    .events {
      grid-column: 1 / -1;
    }
    main {
      gap: var(--gap-6);
    }
  }
  @media (max-width: 48rem) {
    .signaling,
    .preflight {
      grid-column: 1 / -1;
    }
    .ledger {
      grid-template-columns: minmax(0, 1fr);
    }
    .map {
      /* The map is the one thing that may use the whole width of a phone. */
      margin: 0 -0.5rem;
    }
  }
`;
