/**
 * joined is a fabric from the inside: it lays out the rooms over one snapshot and carries out what a person asks for
 * there. It promises that every failure of an action is shown, as a card where it belongs or as a notice.
 */
import '../graph/index.ts';
import '../leases/index.ts';
import '../loading/index.ts';
import '../map/index.ts';
import '../panels/index.ts';
import '../programs/index.ts';
import '../runs/index.ts';
import '../steward/index.ts';
export { FabricView } from './fabric-view.ts';
export { RunDesk } from './run-desk.ts';
