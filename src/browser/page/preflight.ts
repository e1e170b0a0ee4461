import { failure, type FabricFailure } from '../../core/index.ts';

/** One thing a fabric uses: whether this browser has it, and what to do if not. */
export interface PreflightItem {
  readonly name: string;
  readonly state: 'ok' | 'degraded' | 'missing';
  readonly detail: string;
  readonly fix?: string;
}

/** What stops this tab from being a cell at all, if anything. */
export async function missingEssential(): Promise<FabricFailure | undefined> {
  if (!isSecureContext) {
    return failure('insecure_context', 'This page was not opened over https:// or on localhost.');
  }
  const missing = [
    typeof RTCPeerConnection === 'function' ? undefined : 'WebRTC',
    typeof WebAssembly === 'object' ? undefined : 'WebAssembly',
    typeof Worker === 'function' ? undefined : 'workers',
    (await hasEd25519()) ? undefined : 'Ed25519 signatures',
  ].filter((name) => name !== undefined);
  if (missing.length === 0) return undefined;
  return failure('browser_unsupported', `This browser lacks ${missing.join(', ')}.`);
}

/** Everything a fabric can use, for the preflight panel. Takes well under a second. */
export async function preflight(): Promise<readonly PreflightItem[]> {
  const [storage, ed25519, gpu] = await Promise.all([storageItem(), hasEd25519(), gpuItem()]);
  return [
    item('Secure page', isSecureContext, 'needed by everything else', 'Open the page over https:// or on localhost.'),
    isolationItem(),
    item(
      'WebRTC',
      typeof RTCPeerConnection === 'function',
      'links to other tabs',
      'Allow WebRTC in the settings, or use another browser.',
    ),
    item('WebAssembly', typeof WebAssembly === 'object', 'runs tasklets', 'Use a current browser.'),
    item('Ed25519', ed25519, 'identity and receipts', 'Use Chrome 137, Firefox 129, Safari 17 or later.'),
    storage,
    gpu,
    {
      name: 'Worker slots',
      state: 'ok',
      detail: `${slotsOf(navigator.hardwareConcurrency)} of ${navigator.hardwareConcurrency} hardware threads`,
    },
  ];
}

/** Worker slots to lend, out of the hardware's threads: all of them, within reason. */
export function slotsOf(hardwareThreads: number): number {
  return Math.min(Math.max(hardwareThreads, 1), 16);
}

function item(name: string, isThere: boolean, use: string, fix: string): PreflightItem {
  return isThere ? { name, state: 'ok', detail: use } : { name, state: 'missing', detail: `missing: ${use}`, fix };
}

function isolationItem(): PreflightItem {
  if (crossOriginIsolated) return { name: 'Isolation', state: 'ok', detail: 'shared memory between workers' };
  const { message, recovery } = failure('isolation_missing', 'not isolated: this cell cannot lend shared memory');
  return { name: 'Isolation', state: 'degraded', detail: message, fix: recovery };
}

async function storageItem(): Promise<PreflightItem> {
  const fix = 'Allow this site to store data; private windows may forbid it.';
  try {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    const freeMiB = Math.floor((quota - usage) / 1_048_576);
    if (freeMiB < 16)
      return { name: 'Storage', state: 'degraded', detail: `${freeMiB} MiB left`, fix: 'Free some disk space.' };
    return { name: 'Storage', state: 'ok', detail: `identity and artifacts; ${freeMiB} MiB left` };
  } catch {
    return { name: 'Storage', state: 'degraded', detail: 'artifacts last only as long as this tab', fix };
  }
}

async function gpuItem(): Promise<PreflightItem> {
  const fix = 'Not needed yet; Chrome and Edge have it on most machines.';
  const gpu: unknown = Reflect.get(navigator, 'gpu');
  if (!gpu || typeof gpu !== 'object')
    return { name: 'WebGPU', state: 'degraded', detail: 'this cell offers no GPU', fix };
  const request: unknown = Reflect.get(gpu, 'requestAdapter');
  const adapter: unknown =
    typeof request === 'function' ? await Promise.resolve(request.call(gpu)).catch(() => null) : null;
  return adapter
    ? { name: 'WebGPU', state: 'ok', detail: 'an adapter is there' }
    : { name: 'WebGPU', state: 'degraded', detail: 'no adapter: this cell offers no GPU', fix };
}

let ed25519: Promise<boolean> | undefined;

/** Asked once: that does not change while a page is open. */
function hasEd25519(): Promise<boolean> {
  ed25519 ??= crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']).then(
    () => true,
    () => false,
  );
  return ed25519;
}
