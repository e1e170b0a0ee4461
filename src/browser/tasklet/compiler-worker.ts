import {
  err,
  failure,
  isContentHash,
  ok,
  toHex,
  type Bytes,
  type ContentHash,
  type FabricFailure,
  type Result,
} from '../../core/index.ts';
import { admit } from '../../tasklet/index.ts';
import type { CompiledMessage, CompiledTasklet, CompileMessage, MeteredBytes } from './tasklet-messages.ts';

/** The inside of the compiler worker: admission, metering and compilation, off the cell's own thread. */
export function serveCompiler(scope: DedicatedWorkerGlobalScope): void {
  scope.onmessage = (event: MessageEvent<CompileMessage>) => {
    const { id } = event.data;
    void compile(event.data).then((compiled) => {
      const message: CompiledMessage = { id, compiled };
      scope.postMessage(message);
    });
  };
}

async function compile(order: CompileMessage): Promise<Result<CompiledTasklet, FabricFailure>> {
  if (order.kind === 'known') return compiled(order.metered);
  const { bytes, hash, memoryBytesMax } = order;
  const actualHash = await digestOf(bytes);
  const admitted = admit(bytes, { expectedHash: hash, memoryBytesMax, ...(actualHash ? { actualHash } : {}) });
  if (!admitted.ok) {
    const reasons = admitted.error.map((denial) => denial.message).join('; ');
    return err(failure('module_rejected', `the module breaks the tasklet profile: ${reasons}`));
  }
  const metered = { bytes: admitted.value.metered, memoryPagesMax: admitted.value.memoryPagesMax };
  const result = await compiled(metered);
  return result.ok ? ok({ ...result.value, metered }) : result;
}

/** The browser's own SHA-256 is several times as fast as ours. */
async function digestOf(bytes: Bytes): Promise<ContentHash | undefined> {
  const hash = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  return isContentHash(hash) ? hash : undefined;
}

async function compiled({ bytes, memoryPagesMax }: MeteredBytes): Promise<Result<CompiledTasklet, FabricFailure>> {
  try {
    return ok({ module: await WebAssembly.compile(bytes), memoryPagesMax });
  } catch (error) {
    return err(failure('module_rejected', `the engine refuses the module: ${String(error)}`));
  }
}
