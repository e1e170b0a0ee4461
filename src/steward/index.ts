/**
 * steward owns who sets the rules of a fabric and that all keep them: the signed policy on its way to every member, what it
 * lets a cell lend and hold, the door with its lobby, and signed orders to lessors. Nobody but the holder of the key that
 * the fabric's link names is believed in any of it; a fabric whose link names none has none of it.
 */
export { codeOf, Doorkeeper, type WaitingView } from './doorkeeper.ts';
export { Orders, type OrderAnswer } from './orders.ts';
export { PolicyBook, type PolicyFault, type SignedPolicy } from './policy-book.ts';
export { orderStatement, policyStatement, prove, StewardSeal, warrantStatement, type StewardKey } from './proofs.ts';
export { isMember, lendingDenial, lendingRules } from './rules.ts';
export { Stewards } from './stewards.ts';
export { decodeTerms, encodeTerms, OPEN_TERMS, type PolicyQuota, type PolicyTerms } from './terms.ts';
