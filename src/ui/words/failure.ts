import { FabricError, type FabricFailure } from '../../sdk/index.ts';

/** Whatever was thrown, as the failure to show. A stranger among errors becomes `internal`, with its own message. */
export function failureOf(thrown: unknown): FabricFailure {
  if (thrown instanceof FabricError) return thrown.toFailure();
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FabricError({ code: 'internal', message }).toFailure();
}
