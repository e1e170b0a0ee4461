import { css } from 'lit';

export const signalingStyle = css`
  main {
    display: grid;
    gap: var(--gap-5);
    max-width: 46rem;
    margin: 0 auto;
    padding: 0 clamp(1rem, 4vw, 3rem) var(--gap-8);
  }
  header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: var(--gap-4) 0;
  }
  .brand {
    color: inherit;
    font: 600 var(--text-lead) / 1 var(--face-title);
    text-decoration: none;
  }
  h1 {
    font-size: var(--text-hero);
    letter-spacing: -0.02em;
  }
  .lead {
    max-width: 36rem;
    font-size: var(--text-lead);
    text-wrap: pretty;
  }
  section.cloth {
    padding: clamp(1rem, 4vw, 2rem);
  }
  section {
    min-width: 0;
    margin-top: var(--gap-3);
  }
  .cloth > h2,
  form h2 {
    margin-bottom: var(--gap-4);
  }
  .cloth > p {
    margin-bottom: var(--gap-4);
  }
  .cloth + .cloth {
    margin-top: 0;
  }
  .field {
    display: flex;
    gap: var(--gap-2);
  }
  failure-card {
    margin-top: var(--gap-4);
  }
  .invitation {
    display: grid;
    grid-template-columns: 13rem minmax(0, 1fr);
    gap: var(--gap-5);
    align-items: center;
  }
  .invitation h2 {
    overflow-wrap: anywhere;
  }
  .invitation p {
    margin: var(--gap-1) 0 var(--gap-4);
  }
  .invitation .actions {
    margin-top: var(--gap-3);
  }
  .state {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: var(--gap-2) var(--gap-3);
  }
  dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: var(--gap-1) var(--gap-5);
    margin: var(--gap-4) 0;
  }
  dt {
    color: var(--ink-faint);
  }
  dd {
    overflow-wrap: anywhere;
  }
  .empty {
    margin-bottom: var(--gap-4);
  }
  @media (max-width: 40rem) {
    .invitation {
      grid-template-columns: minmax(0, 1fr);
    }
    qr-code {
      max-width: 16rem;
    }
  }
`;
