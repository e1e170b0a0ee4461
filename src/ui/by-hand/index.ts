/**
 * by-hand is how two people link their cells with no service between them: one shows an invitation and takes the answer,
 * the other shows the answer. Fetched when somebody asks for it; importing it defines `<hand-invite>` and `<hand-answer>`.
 */
export { HandAnswerPanel } from './hand-answer.ts';
export { HandInvitePanel } from './hand-invite.ts';
