import { defineCommand } from 'citty';
import { CommandError, createTerminal, EXIT_CODES, unknownName } from '../terminal/index.ts';
import { COMMANDS } from './registry.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `grafos completion`: a script by which a shell completes commands and their options. */
export const completion = defineCommand({
  meta: {
    name: 'completion',
    description: 'Print a completion script. Example: source <(grafos completion bash)',
  },
  args: {
    shell: { type: 'positional', description: SHELLS.join(', '), required: true },
    json: { type: 'boolean', description: 'Print one JSON object: commands and their options', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const shell = SHELLS.find((each) => each === args.shell);
    if (shell === undefined) throw CommandError.of('argument_invalid', unknownName('shell', args.shell, SHELLS));
    const words = await wordsByCommand();
    if (args.json) terminal.print(JSON.stringify({ commands: Object.fromEntries(words) }));
    else terminal.print(shell === 'fish' ? fishScript(words) : bashScript(words, shell === 'zsh'));
    return EXIT_CODES.ok;
  },
});

/** What can follow each command, and each first word of one: options, or second words. */
async function wordsByCommand(): Promise<ReadonlyMap<string, readonly string[]>> {
  const words = new Map<string, string[]>([['', []]]);
  const add = (before: string, word: string): void => {
    const known = words.get(before) ?? [];
    if (!known.includes(word)) known.push(word);
    words.set(before, known);
  };
  for (const [name, command] of COMMANDS) {
    const [first = '', second] = name.split(' ');
    add('', first);
    if (second !== undefined) add(first, second);
    const { args } = await command.load();
    const options = Object.keys(args).filter((option) => args[option]?.type !== 'positional');
    for (const option of [...options, 'help']) add(name, `--${option}`);
  }
  return words;
}

function bashScript(words: ReadonlyMap<string, readonly string[]>, isZsh: boolean): string {
  const cases = [...words].map(([before, after]) => `    "${before}") words="${after.join(' ')}" ;;`);
  return [
    ...(isZsh ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
    '_grafos() {',
    '  local words="" before="" word="${COMP_WORDS[COMP_CWORD]}"',
    '  [ "$COMP_CWORD" -gt 1 ] && before="${COMP_WORDS[1]}"',
    '  [ "$COMP_CWORD" -gt 2 ] && case "${COMP_WORDS[2]}" in -*) ;; *) before="$before ${COMP_WORDS[2]}" ;; esac',
    '  case "$before" in',
    ...cases,
    '    *) case "${before%% *}" in',
    ...cases.map((line) => `  ${line}`),
    '    esac ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '  [ ${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "$word"))',
    '}',
    'complete -F _grafos grafos',
  ].join('\n');
}

function fishScript(words: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...words].map(([before, after]) => {
    const [first = '', second] = before.split(' ');
    const seen = [first, second].flatMap((word) => (word ? [`__fish_seen_subcommand_from ${word}`] : []));
    const condition = before === '' ? '__fish_use_subcommand' : seen.join('; and ');
    return `complete -c grafos -n '${condition}' -a '${after.join(' ')}'`;
  });
  return lines.join('\n');
}
