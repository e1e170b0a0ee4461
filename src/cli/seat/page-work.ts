import type { PageAnswer, StartedProgram } from '../browser/index.ts';
import type { LeaseId, RunId } from '../../core/index.ts';
import type {
  Artifacts,
  AuditExport,
  GraphProgress,
  LeaseHandle,
  NodeOutcome,
  RevokeResult,
  RunHandle,
} from '../../sdk/index.ts';
import type { SeatProgram, SeatRun } from './seat.ts';

declare global {
  interface Window {
    /** Runs that the command has started here and not yet fetched. */
    grafosRuns?: Map<RunId, RunHandle>;
    /** Programs that the command runs here, by a number of the command's. */
    grafosPrograms?: Map<string, StartedProgram>;
  }
}

// Everything below runs inside the page, sent there as text: nothing imported, and no named function inside, because
// the TypeScript loader would mark one with a helper that the page does not have.

export function startInPage(run: SeatRun): Promise<PageAnswer<RunId>> {
  return window.grafosAnswer(
    (async () => {
      const fabric = window.grafos?.fabric();
      if (fabric === undefined) throw new Error('this tab is in no fabric');
      const [module = new Uint8Array(), input = new Uint8Array()] = [run.moduleBase64, run.inputBase64].map((text) =>
        Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
      );
      const held: LeaseHandle[] = [];
      if (run.leaseTtlMs !== undefined) {
        const [ttlMs, tier] = [run.leaseTtlMs, run.priority];
        const mem = fabric.lease.mem({ bytes: run.memoryBytes }).ttl(ttlMs).tier(tier).keepAlive();
        held.push(await mem.on(run.on).acquire());
        const on = held[0]?.lessor ?? run.on;
        held.push(await fabric.lease.cpu().ttl(ttlMs).tier(tier).keepAlive().on(on).acquire());
      }
      const { program, tasklet, on, fuel, memoryBytes, deadlineMs, priority, recovery } = run;
      const [mem, cpu] = held;
      const leases = mem && cpu ? { leases: { cpu: cpu.leaseId, mem: mem.leaseId } } : {};
      const target = mem === undefined ? on : mem.lessor;
      const asked = { priority, ...(recovery === undefined ? {} : { recovery }), ...leases };
      const order = { program, tasklet, module, input, on: target, fuel, memoryBytes, deadlineMs, ...asked };
      const handle = fabric.start(order);
      window.grafosRuns ??= new Map();
      window.grafosRuns.set(handle.runId, handle);
      void handle.finished
        .catch(() => undefined)
        .then(() => Promise.all(held.map((lease) => lease.free().catch(() => undefined))));
      return handle.runId;
    })(),
  );
}

export function finishedInPage(runId: RunId): Promise<PageAnswer<Artifacts>> {
  const handle = window.grafosRuns?.get(runId);
  const finished = handle?.finished ?? Promise.reject(new Error('the run is gone'));
  return window.grafosAnswer(finished.finally(() => window.grafosRuns?.delete(runId)));
}

export function cancelInPage(runId: RunId): void {
  window.grafosRuns?.get(runId)?.cancel();
}

export function startProgramInPage(order: SeatProgram & { readonly key: string }): Promise<PageAnswer<void>> {
  return window.grafosAnswer(
    (async () => {
      const files = new Map(
        Object.entries(order.files).map(([url, text]) => [
          url,
          Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
        ]),
      );
      const started = window.grafos?.startProgram(order.program, { files });
      if (started === undefined) throw new Error('window.grafos is gone');
      started.finished.catch(() => undefined);
      window.grafosPrograms ??= new Map();
      window.grafosPrograms.set(order.key, started);
      await Promise.resolve();
    })(),
  );
}

export function programProgressInPage(key: string): GraphProgress | undefined {
  return window.grafosPrograms?.get(key)?.progress();
}

export function programFinishedInPage(key: string): Promise<PageAnswer<readonly NodeOutcome[]>> {
  const finished = window.grafosPrograms?.get(key)?.finished ?? Promise.reject(new Error('the program is gone'));
  return window.grafosAnswer(finished.finally(() => window.grafosPrograms?.delete(key)));
}

export function cancelProgramInPage(key: string): Promise<void> {
  const begun = window.grafosPrograms?.get(key);
  begun?.cancel();
  return (begun?.finished ?? Promise.resolve()).then(
    () => undefined,
    () => undefined,
  );
}

export function artifactsInPage(runId: RunId): Promise<PageAnswer<Artifacts | undefined>> {
  return window.grafosAnswer(Promise.resolve(window.grafos?.fabric()?.artifacts(runId)));
}

export function freeInPage(leaseId: LeaseId): Promise<PageAnswer<void>> {
  return window.grafosAnswer(Promise.resolve(window.grafos?.fabric()?.freeLease(leaseId)));
}

export function revokeInPage(order: {
  readonly leaseId: LeaseId;
  readonly graceMs: number;
}): Promise<PageAnswer<RevokeResult | undefined>> {
  const { leaseId, graceMs } = order;
  return window.grafosAnswer(Promise.resolve(window.grafos?.fabric()?.revokeLease(leaseId, { graceMs })));
}

export function unfenceInPage(leaseId: LeaseId): Promise<PageAnswer<boolean | undefined>> {
  return window.grafosAnswer(Promise.resolve(window.grafos?.fabric()?.unfenceLease(leaseId)));
}

export function auditInPage(): Promise<PageAnswer<AuditExport | undefined>> {
  return window.grafosAnswer(Promise.resolve(window.grafos?.fabric()?.audit()));
}
