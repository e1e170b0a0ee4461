import { broken, roomOf, type SourceFile } from './tree.ts';

/** Which room may import which (DESIGN §2): always downwards, never sideways. A room may always import itself. */
const CORE = ['core'];
const DOMAIN = [...CORE, 'lease', 'capability', 'tasklet', 'audit'];
const WIRE = [...DOMAIN, 'wire'];
const DATA = [...WIRE, 'transport', 'memory'];
const CELL = [...DATA, 'cell'];
const FABRIC = [...CELL, 'placement', 'membership', 'steward'];
const AUTHOR = [...FABRIC, 'sdk', 'collections', 'services'];

const FLOORS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  lease: CORE,
  capability: CORE,
  tasklet: CORE,
  audit: CORE,
  wire: DOMAIN,
  transport: WIRE,
  memory: WIRE,
  cell: DATA,
  placement: CELL,
  membership: CELL,
  steward: CELL,
  sdk: FABRIC,
  collections: FABRIC,
  services: FABRIC,
  manifest: [...CORE, 'sdk'],
  bundle: [...CORE, 'manifest', 'sdk'],
  programs: ['sdk', 'collections'],
  ui: ['sdk'],
  sim: AUTHOR,
  // It names the worker scripts that it starts; it imports none of them.
  browser: [...AUTHOR, 'bundle', 'workers'],
  guest: [],
  cli: ['core', 'tasklet', 'audit', 'memory', 'manifest', 'bundle', 'sdk', 'sim', 'programs'],
  // Composition roots.
  workers: ['browser', 'cell', ...AUTHOR],
  main: ['browser', 'programs', 'ui', ...AUTHOR],
};

/** Packages that more than one room may name, and why. Every other package has one room. */
const SHARED_PACKAGES = new Set([
  // Every trust boundary validates with it: frames, manifests, storage.
  'valibot',
  // Draws the invitation on the page and in the terminal.
  'uqr',
  // The elements of the page, and the views that programs bring to it.
  'lit',
]);

/** Packages whose room is decided already. */
const PACKAGE_ROOMS: Readonly<Record<string, string>> = {
  idb: 'browser',
  comlink: 'browser',
  vite: 'cli',
  peer: 'cli',
  express: 'cli',
  ws: 'cli',
  citty: 'cli',
  'playwright-core': 'cli',
  'smol-toml': 'manifest',
  leven: 'manifest',
  cborg: 'wire',
  '@noble/hashes': 'core',
  '@scure/base': 'core',
};

/** Imports that climb, go sideways, or pass a room's door by. */
export function importProblems(files: readonly SourceFile[]): readonly string[] {
  const paths = new Set(files.map(({ path }) => path));
  return shipped(files).flatMap((file) =>
    file.imports.flatMap(({ target, line }): readonly string[] => {
      if (target === undefined) return [];
      return [...floorProblem(file, target, line), ...doorProblem(file, target, line, paths)];
    }),
  );
}

function floorProblem(file: SourceFile, target: string, line: number): readonly string[] {
  const from = roomOf(file.path);
  const to = roomOf(target);
  const allowed = FLOORS[from];
  if (allowed === undefined) {
    return [broken(file.path, line, `the room ${from} is on no floor.`, 'Add it to FLOORS in tests/tidy/floors.ts.')];
  }
  if (from === to || allowed.includes(to)) return [];
  const remedy = `It may import ${allowed.join(', ') || 'nothing'}; move the code down, or pass it in.`;
  return [broken(file.path, line, `${from} imports ${to}, which is not below it.`, remedy)];
}

/** Another room is entered through its index.ts; a room within a room also sees the files of the rooms around it. */
function doorProblem(file: SourceFile, target: string, line: number, paths: ReadonlySet<string>): readonly string[] {
  const folder = target.slice(0, target.lastIndexOf('/'));
  const isOwn = file.folder === folder || file.folder.startsWith(`${folder}/`);
  if (isOwn || target.endsWith('/index.ts') || target.startsWith('workers/')) return [];
  if (!paths.has(`${folder}/index.ts`) && roomOf(file.path) === roomOf(target)) return [];
  const rule = `it imports ${target} past the door.`;
  return [broken(file.path, line, rule, `Import ${folder}/index.ts, and let that export what is needed.`)];
}

/** Packages named outside their one room. */
export function packageProblems(files: readonly SourceFile[]): readonly string[] {
  const rooms = new Map<string, string>(Object.entries(PACKAGE_ROOMS));
  return shipped(files).flatMap((file) =>
    file.imports.flatMap(({ specifier, target, line }): readonly string[] => {
      if (target !== undefined) return [];
      const room = roomOf(file.path);
      const name = packageOf(specifier);
      if (specifier.startsWith('node:')) {
        return room === 'cli'
          ? []
          : [broken(file.path, line, `it imports ${specifier}.`, 'Only src/cli runs in Node.')];
      }
      if (SHARED_PACKAGES.has(name)) return [];
      const owner = rooms.get(name) ?? room;
      rooms.set(name, owner);
      if (owner === room) return [];
      return [broken(file.path, line, `${name} belongs to ${owner}.`, `Use it through the door of src/${owner}.`)];
    }),
  );
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function shipped(files: readonly SourceFile[]): readonly SourceFile[] {
  return files.filter(({ path, tree }) => !path.startsWith('tests/') && tree !== undefined);
}
