/**
 * wire/joining owns the messages of getting in and of who decides about that: the hello, the lobby, the steward's signed
 * policy on its way, and signed orders to lessors. It checks their form only.
 */
export { HELLO } from './hello-messages.ts';
export { helloTranscript, type HelloSide } from './transcript.ts';
export {
  STEWARD,
  type ListedLease,
  type PolicyMessage,
  type StewardOrder,
  type StewardProof,
} from './steward-messages.ts';
