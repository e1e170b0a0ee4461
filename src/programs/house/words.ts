import { FabricError, type CellId, type FabricFailure, type FabricSnapshot, type LeaseEnd } from '../../sdk/index.ts';

/** How a lease ended, for people. */
export function endText(end: LeaseEnd): string {
  switch (end.type) {
    case 'LeaseExpired':
      return 'Its time was over and nobody renewed it.';
    case 'LeaseFreed':
      return 'It was given back.';
    case 'LeaseRevoked':
      return REVOKED[end.reason] ?? 'It was taken back.';
  }
}

const REVOKED: Readonly<Partial<Record<Extract<LeaseEnd, { type: 'LeaseRevoked' }>['reason'], string>>> = {
  lessor: 'The tab that lent it took it back.',
  lessor_gone: 'The tab that lent it is gone, and its memory with it.',
  preempted: 'The tab that lent it needed it for something more important.',
};

/** Whatever was thrown, as a failure to show. */
export function failureOf(thrown: unknown): FabricFailure {
  if (thrown instanceof FabricError) return thrown.toFailure();
  return new FabricError({ code: 'internal', message: String(thrown) }).toFailure();
}

export function cellName({ cells }: FabricSnapshot, id: CellId): string {
  return cells.find((cell) => cell.id === id)?.name ?? `cell ${id.slice(0, 8)}`;
}
