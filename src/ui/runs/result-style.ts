import { css } from 'lit';

/** Text of a run, as it is. */
export const sunkText = css`
  pre {
    max-height: 20rem;
    margin: 0;
    padding: var(--gap-3) var(--gap-4);
    overflow: auto;
    border-radius: var(--corner);
    background: var(--cloth-sunk);
    font: 0.8125rem / 1.55 var(--face-code);
    tab-size: 2;
  }
`;

export const resultStyle = css`
  header,
  section,
  footer {
    padding: var(--gap-4);
  }
  section + section,
  footer,
  header + section {
    border-top: 1px solid var(--line);
  }
  header {
    display: grid;
    gap: var(--gap-3);
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--gap-2);
  }
  h3 {
    min-width: 0;
    font-size: var(--text-lead);
    overflow-wrap: anywhere;
  }
  h3 .faint {
    font-weight: 400;
  }
  h4 {
    margin-bottom: var(--gap-2);
    color: var(--ink-soft);
    font-size: var(--text-small);
    font-weight: 650;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-3) var(--gap-5);
  }
  .facts > div {
    min-width: 0;
    max-width: 100%;
  }
  dt {
    color: var(--ink-faint);
    font-size: var(--text-tiny);
  }
  dd {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  details > :not(summary) {
    margin-top: var(--gap-3);
  }
  .hashes {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: var(--gap-2) var(--gap-4);
    align-items: baseline;
    font-size: var(--text-small);
  }
  .hashes .code {
    font-size: var(--text-tiny);
  }
  @media (max-width: 30rem) {
    .hashes {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
    .hashes dd {
      margin-bottom: var(--gap-2);
    }
  }
`;
