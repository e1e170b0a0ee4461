import type { CellId } from '../../core/index.ts';
import type {
  Bytes,
  DemoOutcome,
  Fabric,
  GraphProgress,
  LobbyView,
  NodeOutcome,
  Program,
  RunTarget,
} from '../../sdk/index.ts';

/**
 * What the page offers to whoever drives it from outside, as `window.grafos`. The page sets it while it loads, so a
 * tab without it is not our page.
 */
export interface PageDoor {
  /** Resolves when the page has started, joined or not; rejects with a `FabricError`. */
  readonly ready: Promise<void>;
  /** The fabric this tab has joined. */
  fabric(): Fabric | undefined;
  programs(): Promise<readonly Program[]>;
  /** The programs that bring a demo of their own. */
  readonly demos: readonly string[];
  /** Shows one in the fabric that this tab has joined; rejects with a `FabricError`. */
  showDemo(program: string, input?: string): Promise<DemoOutcome>;
  /** Runs a program in the order of its graph in the fabric that this tab has joined; `files` are what its URLs stand for. */
  startProgram(
    program: Program,
    options?: { readonly files?: ReadonlyMap<string, Bytes>; readonly memoryOn?: RunTarget },
  ): StartedProgram;
  /**
   * A link to a fresh fabric whose steward this tab's browser profile is, with a key of its own or with the one of
   * `stewardKey` (PKCS #8 in PEM); rejects with a `FabricError`.
   */
  createFabric(name: string, options?: { readonly stewardKey?: string }): Promise<string>;
  /** Keeps a steward's key in this profile; answers whose it is. Rejects with `invalid_argument`. */
  keepStewardKey(pem: string): Promise<CellId>;
  /** Joins the fabric of a join URL; rejects with a `FabricError`. */
  join(
    url: string,
    options: {
      readonly name: string;
      readonly slots?: number;
      /** Hears while this cell waits in the lobby. */
      readonly onWaiting?: (lobby: LobbyView) => void;
    },
  ): Promise<Fabric>;
}

/** A program under way in the page. */
export interface StartedProgram {
  readonly finished: Promise<readonly NodeOutcome[]>;
  /** Where it stood last. */
  progress(): GraphProgress | undefined;
  /** Ends it; what it took is given back before `finished` settles. */
  cancel(): void;
}

/** What became of some work in the page, as data: a thrown error would lose its code on the way out. */
export type PageAnswer<T> =
  { readonly value: T } | { readonly failure: { readonly code: string; readonly message: string } };

declare global {
  interface Window {
    readonly grafos?: PageDoor;
    /** The code under which this tab waits in the lobby of the fabric that it joins. */
    grafosLobbyCode?: string;
    /** Sets it. Set by {@link installAnswer}. */
    grafosWaits: (lobby: LobbyView) => void;
    /** Set by {@link installAnswer}. */
    grafosAnswer<T>(work: Promise<T>): Promise<PageAnswer<T>>;
  }
}

/**
 * Runs in every tab before the page does. It is sent there as text, so it stands alone: nothing imported, and no named
 * function inside, because the TypeScript loader would mark one with a helper that the page does not have.
 */
export function installAnswer(): void {
  window.grafosWaits = (lobby) => {
    window.grafosLobbyCode = lobby.code;
  };
  window.grafosAnswer = (work) =>
    work.then(
      (value) => ({ value }),
      (error: unknown) => ({
        failure:
          error instanceof Error
            ? { code: 'code' in error ? String(error.code) : '', message: error.message }
            : { code: '', message: String(error) },
      }),
    );
}
