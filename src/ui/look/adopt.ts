import { tokens } from './tokens.ts';

/** Gives the document the tokens, once, however often it is called. */
export function adoptTokens(): void {
  const sheet = tokens.styleSheet;
  if (!sheet || document.adoptedStyleSheets.includes(sheet)) return;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
