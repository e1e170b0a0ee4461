import type { ArgsDef } from 'citty';
import { nearestOf } from '../../manifest/index.ts';
import { CommandError } from '../terminal/index.ts';

/**
 * Refuses options that `definition` does not have, options without their value and surplus words, each with what was
 * probably meant. The parser itself would let them pass in silence. Fails with `argument_invalid`.
 */
export function checkOptions(words: readonly string[], definition: ArgsDef): void {
  const names = Object.keys(definition).filter((name) => definition[name]?.type !== 'positional');
  const wordsMax = Object.values(definition).some(isOpenEnded)
    ? Number.POSITIVE_INFINITY
    : Object.keys(definition).length - names.length;
  let bareWords = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) {
      bareWords++;
      if (bareWords > wordsMax) throw invalid(`There is one word too many: ${word}.`);
      continue;
    }
    const [written = '', value] = word.replace(/^--?/, '').split('=', 2);
    const name = fullName(written, definition);
    const isNegated = name.startsWith('no-') && definition[name.slice(3)]?.type === 'boolean';
    const kind = isNegated ? 'boolean' : definition[name]?.type;
    if (kind === undefined || kind === 'positional') throw unknownOption(name, names);
    if (kind === 'string' && value === undefined) {
      index++;
      if (words[index] === undefined || words[index]?.startsWith('--')) throw invalid(`--${name} needs a value.`);
    }
  }
}

/** Whether it stands for as many words as there are: it says so by ending in an ellipsis. */
function isOpenEnded(option: ArgsDef[string]): boolean {
  return option.type === 'positional' && option.valueHint?.endsWith('…') === true;
}

/** The option that `written` names, itself or by its short form. */
function fullName(written: string, definition: ArgsDef): string {
  const isShortFor = (name: string): boolean => {
    const option = definition[name];
    const alias = option !== undefined && 'alias' in option ? option.alias : undefined;
    return typeof alias === 'string' ? alias === written : (alias?.includes(written) ?? false);
  };
  return Object.keys(definition).find(isShortFor) ?? written;
}

/** A whole number of an option, within bounds. Fails with `argument_invalid`. */
export function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw invalid(`--${name} is a whole number from ${min} to ${max}, not "${text}".`);
}

function unknownOption(name: string, names: readonly string[]): CommandError {
  const nearest = nearestOf(name, names);
  const hint =
    nearest === undefined ? `There are: ${names.map((each) => `--${each}`).join(', ')}.` : `Did you mean --${nearest}?`;
  return invalid(`There is no option --${name}. ${hint}`);
}

function invalid(message: string): CommandError {
  return CommandError.of('argument_invalid', message);
}
