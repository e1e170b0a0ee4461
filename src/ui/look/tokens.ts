import { css } from 'lit';

/*
 * Colours are named after what they say, and mixed from natural dyes: indigo for structure, verdigris for alive,
 * weld for running out, madder for failure. Every text colour reaches 4.5:1 on every ground it is used on, every
 * lease and every field edge 3:1.
 */
const day = css`
  color-scheme: light;
  --ground: #eff2f1;
  --cloth: #fbfcfb;
  --cloth-sunk: #e6eae9;
  --ink: #162033;
  --ink-soft: #455068;
  --ink-faint: #59647a;
  --line: #d2d9d9;
  --line-strong: #9fabb3;
  --edge: #808c98;
  --indigo: #2d4299;
  --on-indigo: #ffffff;
  --indigo-wash: #e1e6f6;
  --verdigris: #17674f;
  --verdigris-wash: #d9ece5;
  --weld: #7d5200;
  --weld-thread: #bb8508;
  --weld-wash: #f6ead0;
  --madder: #a22538;
  --madder-wash: #f7e0e2;
  --thread: #b3bec4;
  --weave: #eff2f1;
  --shade: 0 1px 2px rgb(22 32 51 / 6%), 0 8px 24px -12px rgb(22 32 51 / 18%);
`;

const night = css`
  color-scheme: dark;
  --ground: #0c1220;
  --cloth: #141c2d;
  --cloth-sunk: #090e19;
  --ink: #e9edf5;
  --ink-soft: #b4becf;
  --ink-faint: #8f9bb0;
  --line: #26324a;
  --line-strong: #4a5877;
  --edge: #66759a;
  --indigo: #a3b4ff;
  --on-indigo: #0c1220;
  --indigo-wash: #202c52;
  --verdigris: #72d6b6;
  --verdigris-wash: #12332d;
  --weld: #f0c766;
  --weld-thread: #d9a72c;
  --weld-wash: #372d14;
  --madder: #ff9ca2;
  --madder-wash: #42202a;
  --thread: #3c4a68;
  --weave: #172136;
  --shade: 0 1px 2px rgb(0 0 0 / 40%), 0 12px 32px -16px rgb(0 0 0 / 70%);
`;

const measures = css`
  --face-text:
    'Segoe UI Variable Text', 'Segoe UI', -apple-system, BlinkMacSystemFont, 'SF Pro Text', Roboto, 'Noto Sans',
    'Liberation Sans', system-ui, sans-serif;
  --face-title:
    'Iowan Old Style', 'Palatino Nova', 'Palatino Linotype', 'URW Palladio L', P052, 'Book Antiqua', Georgia, serif;
  --face-code:
    ui-monospace, 'SF Mono', 'Cascadia Mono', 'Segoe UI Mono', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono',
    monospace;
  --text-tiny: 0.75rem;
  --text-small: 0.8125rem;
  --text-body: 0.9375rem;
  --text-lead: 1.125rem;
  --text-title: 1.375rem;
  --text-name: 1.75rem;
  --text-hero: clamp(2.25rem, 1.4rem + 3.6vw, 3.75rem);
  --gap-1: 0.25rem;
  --gap-2: 0.5rem;
  --gap-3: 0.75rem;
  --gap-4: 1rem;
  --gap-5: 1.5rem;
  --gap-6: 2rem;
  --gap-7: 3rem;
  --gap-8: 4.5rem;
  --corner: 6px;
  --corner-large: 12px;
  --dye-0: #4059b8;
  --dye-1: #6ba0cc;
  --dye-2: #dcb23a;
  --dye-3: #8f5f41;
  --dye-4: #379881;
  --dye-5: #b2467f;
  --dye-6: #d67f41;
  --dye-7: #66708a;
`;

/** Design tokens, for the document: custom properties pass into every shadow root. */
export const tokens = css`
  :root {
    ${measures}
    ${day}
  }
  @media (prefers-color-scheme: dark) {
    :root:not([data-theme='day']) {
      ${night}
    }
  }
  :root[data-theme='night'] {
    ${night}
  }
  html {
    background: var(--ground);
    color: var(--ink);
    font: var(--text-body) / 1.5 var(--face-text);
    -webkit-text-size-adjust: 100%;
  }
  body {
    margin: 0;
  }
`;
