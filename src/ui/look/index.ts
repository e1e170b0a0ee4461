/**
 * look owns colours, type, spacing, the shapes of controls and the swatches of cells; nothing else on the page names
 * a colour. It promises that both palettes hold the same names and that text stays readable in either.
 */
export { base } from './base.ts';
export { controls } from './controls.ts';
export { dialogStyle } from './dialog.ts';
export { adoptTokens } from './adopt.ts';
export { pieces } from './pieces.ts';
export { applyTheme, isNight, storedTheme, type ThemeChoice } from './theme.ts';
export { weaveOf, weavePath, type Weave } from './weave.ts';
