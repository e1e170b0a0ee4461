import { renderUsage, runCommand, type ArgsDef, type CommandDef } from 'citty';

/** A command by name. */
export interface Command {
  readonly description: string;
  load(): Promise<LoadedCommand>;
}

/** A command whose options are known. */
export interface LoadedCommand {
  readonly args: ArgsDef;
  usage(): Promise<string>;
  /** Answers the exit code. */
  run(words: readonly string[]): Promise<unknown>;
}

/** Every command there is, by the one or two words that name it. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'serve',
    {
      description: 'Serve the page and introduce tabs to each other; prints a link to a fresh fabric.',
      load: async () => loaded((await import('./serve.ts')).serve),
    },
  ],
  [
    'demo',
    {
      description: 'Open a fabric of real tabs without a screen and run a program across them.',
      load: async () => loaded((await import('./demo/index.ts')).demo),
    },
  ],
  [
    'dev up',
    {
      description: 'Start a fabric in the background: a server and headless cells.',
      load: async () => loaded((await import('./dev/index.ts')).up),
    },
  ],
  [
    'dev doctor',
    {
      description: 'Look at the fabric in the background, part by part.',
      load: async () => loaded((await import('./dev/index.ts')).doctor),
    },
  ],
  [
    'dev down',
    {
      description: 'End the fabric in the background, leaving nothing running.',
      load: async () => loaded((await import('./dev/index.ts')).down),
    },
  ],
  [
    'cell',
    {
      description: 'Add headless cells to a fabric until Ctrl-C.',
      load: async () => loaded((await import('./fabric/index.ts')).cell),
    },
  ],
  [
    'deploy',
    {
      description: 'Run the program here as a whole, in the order of its graph.',
      load: async () => loaded((await import('./deploy/index.ts')).deploy),
    },
  ],
  [
    'deploy run',
    {
      description: 'Run one tasklet of the program here in a fabric.',
      load: async () => loaded((await import('./deploy/index.ts')).run),
    },
  ],
  [
    'runs',
    {
      description: 'List runs: those going on in the fabric and those kept here.',
      load: async () => loaded((await import('./runs/index.ts')).runs),
    },
  ],
  [
    'artifacts',
    {
      description: 'Fetch response.json and output.b64 of a run.',
      load: async () => loaded((await import('./runs/index.ts')).artifacts),
    },
  ],
  [
    'new',
    {
      description: 'Lay out a new program with one working tasklet.',
      load: async () => loaded((await import('./program/index.ts')).create),
    },
  ],
  [
    'validate',
    {
      description: 'Build the program, admit its modules and run its fixtures, without a network.',
      load: async () => loaded((await import('./program/index.ts')).validate),
    },
  ],
  [
    'bundle',
    {
      description: 'Write the program as one file that the page and `deploy` take, or look into one.',
      load: async () => loaded((await import('./program/index.ts')).bundle),
    },
  ],
  [
    'tasklet build',
    {
      description: 'Compile the tasklets that grafos.toml declares.',
      load: async () => loaded((await import('./tasklet/index.ts')).build),
    },
  ],
  [
    'tasklet inspect',
    {
      description: 'Say what a module is made of and whether it may run; if not, every reason.',
      load: async () => loaded((await import('./tasklet/index.ts')).inspect),
    },
  ],
  [
    'tasklet meter',
    {
      description: 'Write a module that counts its own fuel, for any engine.',
      load: async () => loaded((await import('./tasklet/index.ts')).meter),
    },
  ],
  [
    'provider list',
    {
      description: 'List the cells of a fabric and what they lend.',
      load: async () => loaded((await import('./fabric/index.ts')).providerList),
    },
  ],
  [
    'provider status',
    {
      description: 'Say what a cell lacks to take work.',
      load: async () => loaded((await import('./fabric/index.ts')).providerStatus),
    },
  ],
  [
    'lease list',
    {
      description: 'List the leases that cells here lend or hold.',
      load: async () => loaded((await import('./lease/index.ts')).leaseList),
    },
  ],
  [
    'lease free',
    {
      description: 'Give back a lease that a cell here holds.',
      load: async () => loaded((await import('./lease/index.ts')).leaseFree),
    },
  ],
  [
    'lease revoke',
    {
      description: 'Take back a lease that a cell here lends.',
      load: async () => loaded((await import('./lease/index.ts')).leaseRevoke),
    },
  ],
  [
    'admin list-fenced-leases',
    {
      description: 'List leases whose teardown was not confirmed.',
      load: async () => loaded((await import('./admin/index.ts')).fencedLeases),
    },
  ],
  [
    'admin unfence-lease',
    {
      description: 'Lend again what a fenced lease had.',
      load: async () => loaded((await import('./admin/index.ts')).unfenceLease),
    },
  ],
  [
    'admin audit-query',
    {
      description: 'Read the audit records of the cells here.',
      load: async () => loaded((await import('./admin/index.ts')).auditQuery),
    },
  ],
  [
    'admin policy',
    {
      description: 'Show the rules of the fabric, or sign others as its steward.',
      load: async () => loaded((await import('./admin/index.ts')).policy),
    },
  ],
  [
    'admin lobby',
    {
      description: 'List the cells that wait to be let in, or turn the lobby on or off.',
      load: async () => loaded((await import('./admin/index.ts')).lobby),
    },
  ],
  [
    'admin admit',
    {
      description: 'Let a waiting cell in.',
      load: async () => loaded((await import('./admin/index.ts')).admit),
    },
  ],
  [
    'admin refuse',
    {
      description: 'Turn a waiting cell away for now.',
      load: async () => loaded((await import('./admin/index.ts')).refuse),
    },
  ],
  [
    'admin evict',
    {
      description: 'Send a cell away for good.',
      load: async () => loaded((await import('./admin/index.ts')).evict),
    },
  ],
  [
    'admin readmit',
    {
      description: 'Let a cell that was sent away come back.',
      load: async () => loaded((await import('./admin/index.ts')).readmit),
    },
  ],
  [
    'completion',
    {
      description: 'Print a completion script for bash, zsh or fish.',
      load: async () => loaded((await import('./completion.ts')).completion),
    },
  ],
  [
    'audit verify',
    {
      description: 'Say whether an exported audit chain is whole; if not, which record is not as it was sealed.',
      load: async () => loaded((await import('./audit/index.ts')).verify),
    },
  ],
  [
    'sim',
    {
      description: 'Run cells of a simulated fabric under faults, seed by seed, and check every rule.',
      load: async () => loaded((await import('./sim/index.ts')).sim),
    },
  ],
]);

function loaded<T extends ArgsDef>(definition: CommandDef<T>): LoadedCommand {
  const { args } = definition;
  return {
    args: isArgs(args) ? args : {},
    usage: async () => withExample(await renderUsage(definition, { meta: { name: 'grafos' } })),
    run: async (words) => (await runCommand(definition, { rawArgs: [...words] })).result,
  };
}

/** The example that ends a description, on a line of its own where people look for it. */
function withExample(usage: string): string {
  const found = / Example: (.*)( \(grafos [^()]*\))/.exec(usage);
  const [whole, example, name] = found ?? [];
  if (whole === undefined || example === undefined || name === undefined) return usage;
  return `${usage.replace(whole, name).trimEnd()}\n\nEXAMPLE\n\n  ${example}\n`;
}

/** The parser also takes options that are computed or awaited; ours are written down. */
function isArgs(args: unknown): args is ArgsDef {
  return typeof args === 'object' && args !== null && !('then' in args);
}
