import { svg, type SVGTemplateResult } from 'lit';
import type { CellView } from '../../sdk/index.ts';
import { swatch } from '../parts/index.ts';
import { formatBytes, shortened } from '../words/index.ts';
import { arcPath } from './geometry.ts';
import { RIM_PX, type MapLayout, type Place } from './layout.ts';

const SLOT_SEGMENTS_MAX = 16;
const SWATCH_THREADS = 6;
const SLOT_GAP_TURN = 0.018;

/** A cell on the map: its swatch in a disc, worker slots around it, lent memory around those, its name beneath. */
export function cellNode(cell: CellView, place: Place, layout: MapLayout): SVGTemplateResult {
  const clip = `clip-${cell.id}`;
  const { radius } = place;
  const isCrowded = place.rim < RIM_PX;
  const classes = [
    'node',
    isCrowded ? 'crowded' : '',
    cell.state,
    cell.isSelf ? 'self' : '',
    cell.isVisible ? '' : 'background',
  ].join(' ');
  const scale = (radius * 2) / 24;
  return svg`<g class=${classes} transform="translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})">
    <clipPath id=${clip}><circle r=${radius}></circle></clipPath>
    <title>${cell.name}</title>
    <circle class="disc" r=${radius + place.rim}></circle>
    <g class="picture" clip-path="url(#${clip})"><g transform="translate(${-radius} ${-radius}) scale(${scale.toFixed(3)})">${swatch(cell.id, 24, SWATCH_THREADS)}</g></g>
    ${slotRing(cell, radius + place.rim * 0.38)}
    ${memoryRing(cell, radius + place.rim * 0.8)}
    ${labels(cell, place, layout)}
  </g>`;
}

function slotRing(cell: CellView, radius: number): readonly SVGTemplateResult[] {
  const segments = Math.min(SLOT_SEGMENTS_MAX, Math.max(1, cell.slotsTotal));
  const lent = cell.slotsTotal - cell.slotsFree;
  const lentSegments = cell.slotsTotal > 0 ? Math.ceil((lent / cell.slotsTotal) * segments) : 0;
  const gap = segments === 1 ? 0 : SLOT_GAP_TURN;
  return Array.from({ length: segments }, (_, index) => {
    const from = index / segments + gap / 2;
    const to = (index + 1) / segments - gap / 2;
    const path = arcPath({ x: 0, y: 0 }, radius, from, to);
    return svg`<path class=${index < lentSegments ? 'slot lent' : 'slot'} d=${path}></path>`;
  });
}

function memoryRing(cell: CellView, radius: number): SVGTemplateResult | string {
  if (cell.memoryBytesTotal <= 0) return '';
  const lentShare = 1 - cell.memoryBytesFree / cell.memoryBytesTotal;
  if (lentShare <= 0) return '';
  return svg`<path class="memory" d=${arcPath({ x: 0, y: 0 }, radius, 0, Math.max(0.02, lentShare))}></path>`;
}

function labels(cell: CellView, place: Place, layout: MapLayout): SVGTemplateResult | string {
  if (layout.labelLengthMax === 0 && !cell.isSelf) return '';
  // Where nobody else has a label, there is room for this cell's whole name.
  const length = layout.labelLengthMax === 0 ? 24 : layout.labelLengthMax;
  const name = cell.isSelf ? `${shortened(cell.name, length)} · you` : shortened(cell.name, length);
  const nearest = place.radius + 27;
  if (!layout.hasDetails) return svg`<text class="name" y=${place.isLabelAbove ? 6 - nearest : nearest}>${name}</text>`;
  const top = place.isLabelAbove ? -nearest - 8 : nearest;
  return svg`<text class="name" y=${top}>${name}</text><text class="detail" y=${top + 16}>${detail(cell)}</text>`;
}

function detail(cell: CellView): string {
  if (cell.state === 'gone') return 'gone';
  if (cell.state === 'suspect') return 'not answering';
  return `${cell.slotsFree}/${cell.slotsTotal} slots · ${formatBytes(cell.memoryBytesFree)}`;
}
