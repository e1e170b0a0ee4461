import { css } from 'lit';

/** What every element of the page starts from: box model, type, focus, and text for screen readers only. */
export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    display: block;
    min-width: 0;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
  }
  fieldset {
    border: 0;
    min-width: 0;
  }
  legend {
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1,
  h2 {
    font-family: var(--face-title);
    font-weight: 600;
    line-height: 1.15;
    letter-spacing: -0.005em;
    text-wrap: balance;
  }
  h2 {
    font-size: var(--text-title);
  }
  h3 {
    font-size: var(--text-body);
    font-weight: 650;
    line-height: 1.3;
  }
  a {
    color: var(--indigo);
    text-underline-offset: 0.18em;
    text-decoration-thickness: 1px;
  }
  code,
  .code {
    font-family: var(--face-code);
    font-size: 0.92em;
    font-variant-ligatures: none;
  }
  .figures {
    font-variant-numeric: tabular-nums;
  }
  .soft {
    color: var(--ink-soft);
  }
  .faint {
    color: var(--ink-faint);
  }
  .small {
    font-size: var(--text-small);
  }
  .cut {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus-visible {
    outline: 2px solid var(--indigo);
    outline-offset: 2px;
    border-radius: 3px;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 0.01ms !important;
      scroll-behavior: auto !important;
    }
  }
`;
