import { request, type IncomingMessage } from 'node:http';
import * as v from 'valibot';
import type { LeaseId, RunId } from '../../core/index.ts';
import type { Artifacts, FabricSnapshot, NodeOutcome, RevokeResult, StewardWish } from '../../sdk/index.ts';
import type { CellAudit, Seat, SeatProgram, SeatRun, SeatWatch, StewardDone } from '../seat/index.ts';
import { CommandError } from '../terminal/index.ts';
import { answerSchema, type CallName, type CallOrder } from './calls.ts';
import { socketPath } from './state.ts';

const UNWATCHED: SeatWatch = { say: () => undefined, givenUp: new AbortController().signal };

/** The keeper's seat, used from another process. What it answers comes from this very program. */
export class RemoteSeat implements Seat {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  snapshots(): Promise<readonly FabricSnapshot[]> {
    return callKeeper(this.#folder, 'snapshots', {});
  }

  run(run: SeatRun, watch: SeatWatch): Promise<Artifacts> {
    return callKeeper(this.#folder, 'run', { run }, watch);
  }

  runProgram(program: SeatProgram, watch: SeatWatch): Promise<readonly NodeOutcome[]> {
    return callKeeper(this.#folder, 'program', { program }, watch);
  }

  async artifacts(runId: RunId): Promise<Artifacts | undefined> {
    return (await callKeeper<'artifacts', Artifacts | null>(this.#folder, 'artifacts', { runId })) ?? undefined;
  }

  free(leaseId: LeaseId): Promise<boolean> {
    return callKeeper(this.#folder, 'free', { leaseId });
  }

  revoke(leaseId: LeaseId, graceMs: number): Promise<RevokeResult> {
    return callKeeper(this.#folder, 'revoke', { leaseId, graceMs });
  }

  unfence(leaseId: LeaseId): Promise<boolean> {
    return callKeeper(this.#folder, 'unfence', { leaseId });
  }

  audits(): Promise<readonly CellAudit[]> {
    return callKeeper(this.#folder, 'audits', {});
  }

  steward(wish: StewardWish): Promise<StewardDone> {
    return callKeeper(this.#folder, 'steward', { wish });
  }
}

/** Asks the keeper of this folder. Fails as it does, or with `fabric_missing` when none answers. */
export async function callKeeper<Name extends CallName, T>(
  folder: string,
  name: Name,
  order: CallOrder<Name>,
  watch: SeatWatch = UNWATCHED,
): Promise<T> {
  const lines = await post(folder, name, JSON.stringify(order), watch.givenUp);
  for await (const line of lines) {
    const answer = v.parse(answerSchema, JSON.parse(line));
    if ('say' in answer) watch.say(answer.say);
    else if ('failure' in answer) throw CommandError.restored(answer.failure, answer.exitCode);
    else
      return v.parse(
        v.custom<T>(() => true),
        answer.value,
      );
  }
  if (watch.givenUp.aborted) throw CommandError.of('interrupted', 'Stopped while waiting for the fabric.');
  throw CommandError.of('fabric_missing', 'The fabric ended before it answered.');
}

function post(folder: string, name: CallName, body: string, signal: AbortSignal): Promise<AsyncIterable<string>> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socketPath(folder), path: `/${name}`, method: 'POST', signal }, (response) => {
      resolve(linesOf(response));
    });
    asked.on('error', (error) => {
      const isStopped = signal.aborted;
      reject(
        isStopped
          ? CommandError.of('interrupted', 'Stopped while waiting for the fabric.')
          : CommandError.of('fabric_missing', 'No fabric is running in the background.', { cause: error }),
      );
    });
    asked.end(body);
  });
}

/** Whole lines as they come. An answer that is cut short ends them; whoever reads them says so. */
async function* linesOf(response: IncomingMessage): AsyncIterable<string> {
  let rest = '';
  try {
    for await (const part of response.setEncoding('utf8')) {
      const lines = (rest + String(part)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch {
    return;
  }
}
