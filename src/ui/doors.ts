import type {
  Bytes,
  ContentHash,
  DemoOutcome,
  Fabric,
  FabricFailure,
  GraphWatch,
  IceServer,
  LoadAnswer,
  LoadedProgram,
  LobbyView,
  NodeOutcome,
  PickedFile,
  Program,
  ViewStage,
} from '../sdk/index.ts';

/** All the page may ask of the world. The composition root fills it; tests fill it with fakes. */
export interface AppDoors {
  /** Joins the fabric of a join URL, which takes as long as people take where it has a lobby. Rejects with a `FabricError`. */
  join(url: string, options: JoinWishes): Promise<Fabric>;
  /** A fresh join URL on this page's own address. Rejects with a `FabricError` when the name will not do. */
  createFabricUrl(name: string): Promise<string>;
  /** Reads a join URL without joining: what the fabric is called, or what is wrong with the link. */
  parseUrl(url: string): LinkReading;
  /** The STUN and TURN servers of this browser's settings. */
  readonly ice: IceSettings;
  /** What this browser offers a fabric, and the fix for what it lacks. */
  preflight(): Promise<readonly PreflightItem[]>;
  /** The programs this page can run, in the order to show them. */
  programs(): Promise<readonly Program[]>;
  /** The bytes at an address of this origin: modules and fixtures. Rejects with a `FabricError`. */
  fetchBytes(url: string): Promise<Bytes>;
  /** Names of the programs that bring a demo of their own. */
  readonly demos: readonly string[];
  /** Shows the demo of a program in the fabric that was joined. Rejects with a `FabricError`. */
  showDemo(program: string): Promise<DemoOutcome>;
  /** Names of the programs that bring a view of their own. */
  readonly views: readonly string[];
  /** The view of a program, as an element to put on the page. Rejects with a `FabricError`. */
  programView(program: string, stage: Omit<ViewStage, 'program' | 'fetchBytes'>): Promise<ProgramView>;
  /** The program whose view shows what this LeaseRef leads to, where there is one. */
  viewOf(ref: string): string | undefined;
  /** Programs that a person brings. */
  readonly loader: ProgramLoader;
  /** Runs a program in the order of its graph, in the fabric that was joined. Rejects with a `FabricError`. */
  runProgram(program: Program, watch: GraphWatch): Promise<readonly NodeOutcome[]>;
  /** Asks the signaling service how it is. Answers even when it is not there. */
  signaling(): Promise<SignalingReport>;
  /** The largest input a tasklet may be given; larger files are refused before they are read. */
  readonly inputBytesMax: number;
}

/** Reads programs that a person brings, and keeps them until they are removed; one of each name. */
export interface ProgramLoader {
  /** Those of earlier, newest first. */
  kept(): Promise<readonly LoadedProgram[]>;
  /** A bundle by itself, or the files of a program's directory. */
  loadFiles(files: readonly PickedFile[]): Promise<LoadAnswer>;
  loadUrl(url: string): Promise<LoadAnswer>;
  remove(id: ContentHash): Promise<void>;
}

/** Servers that help cells connect, one a line, as `formatIceLines` writes them. */
export interface IceSettings {
  read(): string;
  /** Answers what is wrong with them, if anything is; they count from the next join on. */
  write(lines: string): FabricFailure | undefined;
}

export interface JoinWishes {
  readonly name?: string;
  /** Whether the servers that the link names are used too. */
  readonly useLinkServers?: boolean;
  readonly onWaiting?: (lobby: LobbyView) => void;
  readonly signal?: AbortSignal;
}

export interface ProgramView {
  readonly title: string;
  readonly element: HTMLElement;
}

export type LinkReading =
  | { readonly ok: true; readonly name: string; readonly iceServers?: readonly IceServer[] }
  | { readonly ok: false; readonly failure: FabricFailure };

export interface PreflightItem {
  readonly name: string;
  readonly state: 'ok' | 'degraded' | 'missing';
  readonly detail: string;
  /** What a person can do about it, when it is not `ok`. */
  readonly fix?: string;
}

export interface SignalingReport {
  readonly url: string;
  readonly reachable: boolean;
  readonly roundTripMs?: number;
  /** Tabs connected to the service right now; absent when it does not say. */
  readonly waiting?: number;
  readonly detail: string;
}
