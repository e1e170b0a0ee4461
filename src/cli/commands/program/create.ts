import { basename, resolve } from 'node:path';
import { defineCommand } from 'citty';
import { LANGUAGES, scaffold, type Language } from '../../scaffold/index.ts';
import { CommandError, createTerminal, EXIT_CODES, spoken, unknownName } from '../../terminal/index.ts';

const NAMES: Readonly<Record<Language, string>> = {
  assemblyscript: 'AssemblyScript',
  wat: 'WAT',
  c: 'C',
  rust: 'Rust',
};

/** `grafos new`: a program to begin with, one working tasklet and fixtures that say what it does. */
export const create = defineCommand({
  meta: {
    name: 'new',
    description: `Lay out a new program with one working tasklet. Example: grafos new my-program --template rust`,
  },
  args: {
    name: { type: 'positional', description: 'Directory to make; its last part is the name', required: true },
    template: {
      type: 'string',
      description: `Language: ${LANGUAGES.join(', ')}`,
      default: 'assemblyscript',
      valueHint: 'language',
    },
    json: { type: 'boolean', description: 'Print one JSON object', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const language = languageOf(args.template);
    const directory = resolve(args.name);
    const name = basename(directory);
    const files = await scaffold(directory, name, language);
    if (args.json) {
      terminal.print(JSON.stringify({ name, directory, template: language, files }));
    } else {
      terminal.print(
        [
          `${name} is in ${args.name}: ${files.length} files, one tasklet in ${NAMES[language]}.`,
          `Go on with: cd ${args.name} && ${spoken('validate')} && ${spoken('dev up')}`,
        ].join('\n'),
      );
    }
    return EXIT_CODES.ok;
  },
});

function languageOf(wanted: string): Language {
  const language = LANGUAGES.find((each) => each === wanted);
  if (language === undefined) throw CommandError.of('argument_invalid', unknownName('template', wanted, LANGUAGES));
  return language;
}
