import type { SessionEnd } from '../../transport/index.ts';

const LEFT_BECAUSE: Readonly<Record<SessionEnd, string>> = {
  bye: '',
  left: '',
  closed: ': its tab closed',
  silent: ': nothing was heard of it',
  misbehaved: ': it broke the protocol',
  overloaded: ': it could not keep up',
  replaced: ' and came back',
};

/** What follows "left" when a person says how a cell left. */
export function leftBecause(end: SessionEnd): string {
  return LEFT_BECAUSE[end];
}
