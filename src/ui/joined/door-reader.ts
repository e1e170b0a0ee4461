import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { FabricFailure, Program } from '../../sdk/index.ts';
import type { AppDoors, PreflightItem, SignalingReport } from '../doors.ts';
import { failureOf } from '../words/index.ts';

/** What the page asks of its doors besides the fabric: programs, the browser's own abilities, the signaling service. */
export class DoorReader implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  programs: readonly Program[] | undefined;
  programsFailure: FabricFailure | undefined;
  preflight: readonly PreflightItem[] | undefined;
  hasPreflightFailed = false;
  signaling: SignalingReport | 'checking' | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  async readPrograms(doors: AppDoors): Promise<void> {
    this.programsFailure = undefined;
    try {
      this.programs = await doors.programs();
    } catch (thrown) {
      this.programsFailure = failureOf(thrown);
    }
    this.#host.requestUpdate();
  }

  async readPreflight(doors: AppDoors): Promise<void> {
    try {
      this.preflight = await doors.preflight();
    } catch {
      this.hasPreflightFailed = true;
    }
    this.#host.requestUpdate();
  }

  async readSignaling(doors: AppDoors, url: string): Promise<void> {
    this.signaling = 'checking';
    this.#host.requestUpdate();
    try {
      this.signaling = await doors.signaling();
    } catch (thrown) {
      this.signaling = { url, reachable: false, detail: failureOf(thrown).message };
    }
    this.#host.requestUpdate();
  }
}
