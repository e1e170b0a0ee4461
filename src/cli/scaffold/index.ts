/**
 * scaffold owns the programs that `grafos new` lays out: one a language, the same tasklet and fixtures in each, so that
 * their outputs can be compared. It never writes over anything.
 */
export { LANGUAGES, scaffold, type Language } from './scaffold.ts';
