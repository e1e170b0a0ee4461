import type { CellId } from '../core/index.ts';
import type { HelloFault } from './identity.ts';
import type { Standing } from './lobby.ts';
import type { SessionEnd } from './session/index.ts';
import type { LinkRole } from './transport.ts';

/** What the rooms above hear of peers. */
export interface PeerListener {
  joined(cell: CellId): void;
  left(cell: CellId, end: SessionEnd): void;
  /** The link to that cell was replaced by another to the same tab; what was under way may be lost. */
  relinked?(cell: CellId): void;
  /** Nothing gets through on the link to that cell at the moment, as the browser sees it. */
  troubled?(cell: CellId): void;
  /** A link whose hello failed. */
  refused(fault: HelloFault, role: LinkRole): void;
  /** Somebody waits for a link to that cell. */
  wanted?(cell: CellId): void;
  /** This cell has to wait at that one to be let in; said again and again. */
  waits?(at: CellId, standing: Standing): void;
  /** Other cells wait here who is not known to the listeners yet, or wait no more. */
  lobbyChanged?(): void;
}
