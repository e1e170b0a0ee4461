import type { CellId, CellView, LinkView, LeaseKind, LeaseView, RunStatus } from '../../sdk/index.ts';
import { formatBytes, plural, shortId } from './format.ts';

/** How serious something looks: picks the colour of a chip. */
export type Tone = 'plain' | 'busy' | 'good' | 'warn' | 'bad';

export const RUN_STEPS = ['queued', 'placed', 'admitted', 'running'] as const satisfies readonly RunStatus[];

export function isEnded(status: RunStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

export function runTone(status: RunStatus): Tone {
  if (status === 'succeeded') return 'good';
  if (status === 'failed') return 'bad';
  if (status === 'cancelled') return 'warn';
  return status === 'queued' ? 'plain' : 'busy';
}

export function cellTone(state: CellView['state']): Tone {
  if (state === 'alive') return 'good';
  return state === 'suspect' ? 'warn' : 'plain';
}

export function leaseTone(state: LeaseView['state']): Tone {
  if (state === 'active') return 'busy';
  if (state === 'revoked') return 'bad';
  return state === 'expired' ? 'warn' : 'plain';
}

export function cellStateText(cell: CellView): string {
  if (cell.state === 'suspect') return 'not answering';
  if (cell.state === 'gone') return 'gone';
  return cell.isVisible ? 'here' : 'in the background';
}

/** What a lease lends, in words: `1 worker slot`, `32 MiB of memory`. */
export function quantityText(kind: LeaseKind, quantity: number): string {
  return kind === 'cpu' ? plural(quantity, 'worker slot') : `${formatBytes(quantity)} of memory`;
}

/** What a cell is called: its name, or the start of its id when it has left. */
export function cellName(cells: readonly CellView[], id: CellId | undefined): string {
  if (id === undefined) return 'no cell yet';
  return cells.find((cell) => cell.id === id)?.name ?? `cell ${shortId(id)}`;
}

/** How a link goes, as a person would say it; nothing of a direct one, which goes without saying. */
export function linkText({ path, via }: LinkView, cells: readonly CellView[]): string {
  if (path === 'direct') return 'direct';
  if (path === 'turn') return 'through a TURN server';
  return via === undefined ? 'relayed' : `relayed by ${cellName(cells, via)}, who sees ciphertext alone`;
}
