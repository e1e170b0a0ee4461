/** What one does in a fabric by hand: be in it, see who offers what, hold and take back leases, look after it. */
export { AUDIENCE_ARGS, withSeat, type Audience } from './with-seat.ts';
export {
  cellNamed,
  isConfirmed,
  STEWARD_ARGS,
  viewOf,
  withSteward,
  YES_ARG,
  type NamedCell,
  type StewardArgs,
} from './as-steward.ts';
export { cell } from './cell.ts';
export { providerList, providerStatus } from './provider.ts';
