/**
 * map draws the live fabric: who is linked, who lends to whom and for how long, which runs are on their way.
 * It shows only what the snapshot says and tells the same in words beneath.
 */
export { FabricMap } from './fabric-map.ts';
export { mapInWords, mapLabel } from './in-words.ts';
export { layoutCells, type MapLayout, type Place } from './layout.ts';
export { isHome, nextShuttles, shuttleShare, type Shuttle } from './shuttles.ts';
export { strandShare, strandsOf, type Strand } from './strands.ts';
