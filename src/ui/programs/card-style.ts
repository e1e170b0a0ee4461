import { css } from 'lit';

export const cardStyle = css`
  header,
  .body {
    padding: var(--gap-4);
  }
  header + .body {
    padding-top: 0;
  }
  .body,
  .inner {
    display: grid;
    gap: var(--gap-4);
  }
  .inner {
    margin-top: var(--gap-3);
  }
  h3 {
    font-size: var(--text-lead);
  }
  .title {
    justify-content: start;
    width: 100%;
    min-height: 2rem;
    padding: 0;
    border: 0;
    font: 600 var(--text-lead) / 1.25 var(--face-title);
    text-align: left;
    white-space: normal;
  }
  .title::after {
    flex: none;
    width: 0.5rem;
    height: 0.5rem;
    margin: 0 0.25rem 0.2rem auto;
    border: solid var(--ink-faint);
    border-width: 0 1.5px 1.5px 0;
    content: '';
    transform: rotate(45deg);
    transition: transform 150ms;
  }
  .title[aria-expanded='true']::after {
    margin-bottom: -0.25rem;
    transform: rotate(225deg);
  }
  .title:hover {
    background: none;
    color: var(--indigo);
  }
  .hint {
    margin-top: var(--gap-2);
    color: var(--ink-soft);
    font-size: var(--text-small);
    text-wrap: pretty;
  }
  .launch {
    display: flex;
    align-items: end;
    gap: var(--gap-3);
  }
  .target {
    flex: 1;
    min-width: 0;
  }
  .launch .main {
    min-width: 6.5rem;
  }
  .latest {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--gap-2);
    padding: var(--gap-2) var(--gap-2) var(--gap-2) var(--gap-3);
    border-radius: var(--corner);
    background: var(--cloth-sunk);
  }
  .latest progress {
    grid-column: 1 / -1;
    width: 100%;
    height: 4px;
    overflow: hidden;
    appearance: none;
    border: 0;
    border-radius: 2px;
    background: var(--line);
  }
  .latest progress::-webkit-progress-bar {
    background: var(--line);
  }
  .latest progress::-webkit-progress-value {
    background: var(--indigo);
  }
  .latest progress::-moz-progress-bar {
    background: var(--indigo);
  }
  .latest .chip {
    background: var(--cloth);
  }
  details p {
    margin-top: var(--gap-2);
    max-width: 60ch;
    color: var(--ink-soft);
    text-wrap: pretty;
  }
  failure-card {
    margin: 0;
    font-size: var(--text-small);
  }
`;
