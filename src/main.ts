/** The page's composition root: gives the elements their doors, and scripts and the curious a handle on the fabric. */
import {
  joinFabric,
  preflight,
  prepareToJoin,
  storedIceServers,
  storeIceServers,
  type JoinOptions,
} from './browser/page/index.ts';
import { realEnv } from './browser/both/index.ts';
import type { ProgramLoader as PageLoader } from './browser/programs/index.ts';
import { TASKLET_LIMITS, type Bytes, type CellId } from './core/index.ts';
import {
  DEMO_NAMES,
  loadCatalog,
  loadDemo,
  loadView,
  programOfLayout,
  runProgram,
  VIEW_NAMES,
} from './programs/index.ts';
import {
  createFabricUrl,
  FabricError,
  formatIceLines,
  isFabricName,
  layoutOf,
  parseFabricUrl,
  type DemoOutcome,
  type Fabric,
  type GraphProgress,
  type GraphWatch,
  type NodeOutcome,
  type Program,
  type ProgramStage,
} from './sdk/index.ts';
import { askSignaling, type AppDoors, type ProgramLoader } from './ui/index.ts';

/** What `window.grafos` offers: the sdk in the console, and the page to the `grafos` command. */
interface GrafosHandle {
  readonly ready: Promise<void>;
  fabric(): Fabric | undefined;
  /** A link to a fresh fabric, of which this browser profile is the steward; with a key of its own without a `stewardKey`. */
  createFabric(name: string, options?: FoundingOptions): Promise<string>;
  /** Keeps the key of a steward (PKCS #8 in PEM) in this browser profile; answers whose it is. */
  keepStewardKey(pem: string): Promise<CellId>;
  join(url: string, options?: JoinOptions): Promise<Fabric>;
  programs(): Promise<readonly Program[]>;
  fetchBytes(url: string): Promise<Bytes>;
  /** The programs that bring a demo of their own, and how to show one in the fabric that this tab has joined. */
  readonly demos: readonly string[];
  showDemo(program: string, input?: string): Promise<DemoOutcome>;
  /** Runs a program in the order of its graph, in the fabric that this tab has joined. */
  startProgram(program: Program, options?: ProgramOptions): StartedProgram;
}

interface FoundingOptions {
  readonly stewardKey?: string;
}

interface ProgramOptions extends Pick<ProgramStage, 'on' | 'memoryOn'> {
  /** What its URLs stand for; what is not here is fetched. */
  readonly files?: ReadonlyMap<string, Bytes>;
}

interface StartedProgram {
  readonly finished: Promise<readonly NodeOutcome[]>;
  progress(): GraphProgress | undefined;
  cancel(): void;
}

declare global {
  interface Window {
    grafos: GrafosHandle;
  }
}

let current: Fabric | undefined;

/** `?signaling=<address>` names another PeerServer than this page's own. */
const signalingUrl = new URLSearchParams(location.search).get('signaling') ?? undefined;

async function join(url: string, options: JoinOptions = {}): Promise<Fabric> {
  const fabric = await joinFabric(url, { ...(signalingUrl === undefined ? {} : { signalingUrl }), ...options });
  current = fabric;
  return fabric;
}

/** Fetched when a program is first asked for: what reads manifests and bundles is not needed before. */
let opening: Promise<PageLoader> | undefined;

function openedLoader(): Promise<PageLoader> {
  opening ??= import('./browser/programs/index.ts').then(({ openLoader }) => openLoader());
  return opening;
}

const loader: ProgramLoader = {
  kept: async () => (await openedLoader()).kept(),
  loadFiles: async (files) => (await openedLoader()).loadFiles(files),
  loadUrl: async (url) => (await openedLoader()).loadUrl(url),
  remove: async (id) => (await openedLoader()).remove(id),
};

async function fetchBytes(url: string): Promise<Bytes> {
  const loaded = url.startsWith('blob:') ? (await openedLoader()).bytesAt(url) : undefined;
  if (loaded) return loaded;
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) throw new FabricError({ code: 'not_found', message: `${url} could not be loaded.` });
  return new Uint8Array(await response.arrayBuffer());
}

/** A link to a fresh fabric whose steward this browser profile is, where it can keep a key. */
async function createFabric(name: string, { stewardKey }: FoundingOptions = {}): Promise<string> {
  if (!isFabricName(name)) {
    throw new FabricError({ code: 'invalid_argument', message: 'A fabric name is 1 to 48 bytes of text.' });
  }
  const { createStewardKey } = await import('./browser/steward/index.ts');
  const steward = await (stewardKey === undefined ? createStewardKey() : keepStewardKey(stewardKey));
  return createFabricUrl(location.href, name, realEnv('page').random, steward);
}

async function keepStewardKey(pem: string): Promise<CellId> {
  const keys = await import('./browser/steward/index.ts');
  const steward = await keys.keepStewardKey(pem);
  if (steward) return steward;
  const message = 'That is no Ed25519 key (PKCS #8 in PEM), or this browser cannot keep one.';
  throw new FabricError({ code: 'invalid_argument', message });
}

async function programNamed(name: string): Promise<Program> {
  const program = (await loadCatalog()).find((each) => each.name === name);
  if (!program) throw new FabricError({ code: 'not_found', message: `This page offers no program ${name}.` });
  return program;
}

async function showDemo(name: string, input?: string): Promise<DemoOutcome> {
  const fabric = current;
  if (!fabric) throw new FabricError({ code: 'runtime_not_ready', message: 'This tab has joined no fabric.' });
  const program = await programNamed(name);
  const demo = await loadDemo(name);
  return demo({ fabric, program, fetchBytes, ...(input === undefined ? {} : { input }) });
}

function startProgram(program: Program, { files, ...where }: ProgramOptions = {}): StartedProgram {
  const fabric = current;
  if (!fabric) throw new FabricError({ code: 'runtime_not_ready', message: 'This tab has joined no fabric.' });
  const stop = new AbortController();
  const { signal } = stop;
  let latest: GraphProgress | undefined;
  const stage = {
    ...where,
    fabric,
    program,
    signal,
    fetchBytes: async (url: string) => files?.get(url) ?? fetchBytes(url),
  };
  const progress = (seen: GraphProgress): void => {
    latest = seen;
  };
  return {
    finished: runProgram(stage, { signal, progress }),
    progress: () => latest,
    cancel: () => stop.abort(),
  };
}

function runHere(program: Program, watch: GraphWatch): Promise<readonly NodeOutcome[]> {
  const fabric = current;
  if (!fabric) {
    const message = 'This tab has joined no fabric.';
    return Promise.reject(new FabricError({ code: 'runtime_not_ready', message }));
  }
  const { signal } = watch;
  return runProgram({ fabric, program, fetchBytes, ...(signal ? { signal } : {}) }, watch);
}

const doors: AppDoors = {
  join,
  createFabricUrl: (name) => createFabric(name),
  parseUrl(url) {
    const parsed = parseFabricUrl(url);
    if (!parsed.ok) return { ok: false, failure: parsed.error };
    const { name, iceServers } = parsed.value;
    return { ok: true, name, ...(iceServers ? { iceServers } : {}) };
  },
  ice: { read: () => formatIceLines(storedIceServers()), write: storeIceServers },
  preflight,
  programs: loadCatalog,
  fetchBytes,
  demos: DEMO_NAMES,
  showDemo,
  views: VIEW_NAMES,
  async programView(name, stage) {
    const [program, view] = await Promise.all([programNamed(name), loadView(name)]);
    return { title: program.title, element: view({ ...stage, program, fetchBytes }) };
  },
  viewOf: (ref) => programOfLayout(layoutOf(ref) ?? ''),
  loader,
  runProgram: runHere,
  signaling: () => askSignaling(new URL('.', location.href).href, signalingUrl),
  inputBytesMax: TASKLET_LIMITS.inputBytesMax,
};

prepareToJoin();
const app = document.querySelector('fabric-app');
if (app) app.doors = doors;

window.grafos = {
  ready: customElements.whenDefined('fabric-app').then(() => undefined),
  fabric: () => current,
  createFabric,
  keepStewardKey,
  join,
  programs: loadCatalog,
  fetchBytes,
  demos: DEMO_NAMES,
  showDemo,
  startProgram,
};
