import { css } from 'lit';

export const landingStyle = css`
  main {
    max-width: 70rem;
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
    font: 600 var(--text-lead) / 1 var(--face-title);
  }
  .hero {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 24rem);
    gap: var(--gap-7);
    align-items: center;
    padding-bottom: var(--gap-7);
  }
  h1 {
    font-size: var(--text-hero);
    line-height: 1.04;
    letter-spacing: -0.02em;
  }
  .lead {
    max-width: 34rem;
    margin-top: var(--gap-5);
    color: var(--ink-soft);
    font-size: var(--text-lead);
    text-wrap: pretty;
  }
  .picture {
    height: 18rem;
    margin-top: calc(-1 * var(--gap-5));
  }
  .ways {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    border: 1px solid var(--line);
    border-radius: var(--corner-large);
    background: var(--cloth);
  }
  .ways section {
    padding: clamp(1rem, 3vw, 2rem);
  }
  .ways section + section {
    border-left: 1px solid var(--line);
  }
  .ways p {
    margin: var(--gap-2) 0 var(--gap-5);
    text-wrap: pretty;
  }
  .field {
    display: flex;
    gap: var(--gap-2);
  }
  .field button {
    min-width: 5.5rem;
  }
  failure-card {
    margin-top: var(--gap-4);
  }
  .check {
    max-width: 44rem;
    margin-top: var(--gap-7);
  }
  .sum {
    margin-bottom: var(--gap-3);
  }
  footer {
    margin-top: var(--gap-7);
  }
  @media (max-width: 52rem) {
    .hero {
      grid-template-columns: minmax(0, 1fr);
      gap: var(--gap-5);
      padding-bottom: var(--gap-5);
    }
    .picture {
      height: 7rem;
      margin: 0;
      order: -1;
    }
    .ways {
      grid-template-columns: minmax(0, 1fr);
    }
    .ways section + section {
      border-top: 1px solid var(--line);
      border-left: 0;
    }
  }
`;
