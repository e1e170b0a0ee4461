/** What one does in a fabric by hand: be in it, see who offers what, hold and take back leases, look after it. */
export { AUDIENCE_ARGS, withSeat, type Audience } from './with-seat.ts';
export { cell } from './cell.ts';
export { providerList, providerStatus } from './provider.ts';
