import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ContentHash, FabricFailure, LoadAnswer, LoadedProgram, PickedFile } from '../../sdk/index.ts';
import type { AppDoors } from '../doors.ts';
import { failureOf } from '../words/index.ts';

/** Has programs loaded for the page, one load at a time, and holds those there are. */
export class LoadDesk implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  programs: readonly LoadedProgram[] = [];
  failure: FabricFailure | undefined;
  isBusy = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  /** Brings back those of earlier. */
  async start({ loader }: AppDoors): Promise<void> {
    try {
      this.programs = await loader.kept();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    this.#host.requestUpdate();
  }

  /** Loads what `pick` finds. Answers the program, or undefined when it was refused. */
  async loadFiles(
    { loader }: AppDoors,
    pick: () => Promise<readonly PickedFile[]>,
  ): Promise<LoadedProgram | undefined> {
    return this.#load(async () => loader.loadFiles(await pick()));
  }

  async loadUrl({ loader }: AppDoors, url: string): Promise<LoadedProgram | undefined> {
    return this.#load(() => loader.loadUrl(url));
  }

  async remove({ loader }: AppDoors, id: ContentHash): Promise<void> {
    this.programs = this.programs.filter((loaded) => loaded.id !== id);
    this.#host.requestUpdate();
    await loader.remove(id).catch((thrown: unknown) => {
      this.failure = failureOf(thrown);
      this.#host.requestUpdate();
    });
  }

  async #load(load: () => Promise<LoadAnswer>): Promise<LoadedProgram | undefined> {
    if (this.isBusy) return undefined;
    this.isBusy = true;
    this.failure = undefined;
    this.#host.requestUpdate();
    try {
      const answer = await load();
      if (answer.ok) return this.#took(answer.loaded);
      this.failure = answer.failure;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.isBusy = false;
      this.#host.requestUpdate();
    }
    return undefined;
  }

  /** A program takes the place of the one that had its name. */
  #took(loaded: LoadedProgram): LoadedProgram {
    const others = this.programs.filter(({ program }) => program.name !== loaded.program.name);
    this.programs = [loaded, ...others];
    return loaded;
  }
}
