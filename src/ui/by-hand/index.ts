/**
 * by-hand is how people help cells connect: two link theirs with no service between them, by an invitation and its answer,
 * and servers that find ways through networks are named. Fetched when somebody asks for it; importing it defines
 * `<hand-invite>`, `<hand-answer>` and `<ice-settings>`.
 */
export { HandAnswerPanel } from './hand-answer.ts';
export { HandInvitePanel } from './hand-invite.ts';
export { IceSettingsForm } from './ice-settings.ts';
