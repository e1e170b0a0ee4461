import { failure, type FabricFailure } from '../../core/index.ts';

/** A refusal as a region tells it: a lease that was given back is over for whoever comes after. */
export function failureOf({ code, message }: Pick<FabricFailure, 'code' | 'message'>): FabricFailure {
  return failure(code === 'not_found' ? 'lease_expired' : code, message);
}
