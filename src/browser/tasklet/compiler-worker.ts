import { err, failure, ok, type FabricFailure, type Result } from '../../core/index.ts';
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
  const admitted = admit(order.bytes, { expectedHash: order.hash, memoryBytesMax: order.memoryBytesMax });
  if (!admitted.ok) {
    const reasons = admitted.error.map((denial) => denial.message).join('; ');
    return err(failure('module_rejected', `the module breaks the tasklet profile: ${reasons}`));
  }
  const metered = { bytes: admitted.value.metered, memoryPagesMax: admitted.value.memoryPagesMax };
  const result = await compiled(metered);
  return result.ok ? ok({ ...result.value, metered }) : result;
}

async function compiled({ bytes, memoryPagesMax }: MeteredBytes): Promise<Result<CompiledTasklet, FabricFailure>> {
  try {
    return ok({ module: await WebAssembly.compile(bytes), memoryPagesMax });
  } catch (error) {
    return err(failure('module_rejected', `the engine refuses the module: ${String(error)}`));
  }
}
