import { html, LitElement, svg, type PropertyValues, type SVGTemplateResult, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CellId, FabricSnapshot } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { FrameClock, wantsLessMotion } from '../watch/index.ts';
import { formatDuration } from '../words/index.ts';
import { arcPath, curveBetween, curvePath, headingAt, onCircle, pointAt, trimmed, type Curve } from './geometry.ts';
import { mapInWords, mapLabel } from './in-words.ts';
import { layoutCells, NARROW_PX, type MapLayout, type Place } from './layout.ts';
import { mapStyle } from './map-style.ts';
import { cellNode } from './node.ts';
import { isHome, nextShuttles, shuttleShare, type Shuttle } from './shuttles.ts';
import { HEAD_PX, strandShape, strandShare, strandsOf, type Strand } from './strands.ts';

/** Beyond so many cells, or on a phone, round trips would cover the threads they belong to; the list has them. */
const REACH_LABELS_MAX = 8;

/** The live fabric: cells on an oval, links from this cell, leases as strands that unwind, runs as shuttles. */
export class FabricMap extends LitElement {
  static override properties = {
    snapshot: { attribute: false },
    width: { state: true },
    shuttles: { state: true },
  };

  static override styles = [base, controls, pieces, mapStyle];

  declare snapshot: FabricSnapshot | undefined;
  declare private width: number;
  declare private shuttles: readonly Shuttle[];
  #layout: MapLayout = layoutCells(1, 640);
  #strands: readonly Strand[] = [];
  readonly #clock = new FrameClock(this, (nowMs) => this.#move(nowMs));
  readonly #sizes = new ResizeObserver((entries) => {
    const width = Math.round(entries.at(-1)?.contentRect.width ?? 0);
    if (width > 0) this.width = width;
  });

  constructor() {
    super();
    this.snapshot = undefined;
    this.width = 640;
    this.shuttles = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.snapshot) return;
    this.#layout = layoutCells(this.snapshot.cells.length, this.width);
    if (!changed.has('snapshot')) return;
    this.#strands = strandsOf(this.snapshot.leases);
    this.shuttles = nextShuttles(this.shuttles, this.snapshot.runs, performance.now());
  }

  protected override updated(): void {
    this.#clock.want(this.#strands.length > 0 || this.shuttles.length > 0);
    this.#move(performance.now());
  }

  protected override render(): TemplateResult {
    const { snapshot } = this;
    if (!snapshot) return html``;
    const { width, height } = this.#layout;
    const isSingle = snapshot.cells.length < 2;
    return html`<div class="stage ${width < NARROW_PX ? 'narrow' : ''} ${isSingle ? 'single' : ''}">
        <svg class="map" viewBox="0 0 ${width} ${height}" role="img" aria-label=${mapLabel(snapshot)}>
          ${snapshot.cells.map((cell) => this.#link(snapshot, cell.id))}
          ${repeat(
            this.#strands,
            (strand) => strand.key,
            (strand) => this.#strand(strand),
          )}
          ${this.#strands.map((strand) => this.#strandCount(strand))}
          ${repeat(
            snapshot.cells.map((cell, index) => ({ cell, place: this.#layout.places[index] })),
            ({ cell }) => cell.id,
            ({ cell, place }) => (place ? cellNode(cell, place, this.#layout) : ''),
          )}
          ${repeat(
            this.shuttles,
            (shuttle) => shuttle.run.runId,
            (shuttle) => shuttleMark(shuttle),
          )}
        </svg>
        ${!isSingle ? '' : html`<div class="alone"><slot name="alone"></slot></div>`}
      </div>
      ${legend(snapshot)}`;
  }

  #link(snapshot: FabricSnapshot, id: CellId): SVGTemplateResult | string {
    const cell = snapshot.cells.find((other) => other.id === id);
    const from = this.#place(snapshot.self);
    const to = this.#place(id);
    if (!cell || cell.isSelf || cell.state === 'gone' || !from || !to) return '';
    const line = curveBetween(from, to, 0);
    const middle = pointAt(line, 0.5);
    const hasReach =
      cell.roundTripMs !== undefined && snapshot.cells.length <= REACH_LABELS_MAX && this.width >= NARROW_PX;
    return svg`<path class="link ${cell.state} ${cell.link?.path ?? 'unlinked'}" d=${curvePath(line)}></path>
      ${hasReach ? svg`<text class="reach" x=${middle.x} y=${middle.y + 4}>${formatDuration(cell.roundTripMs ?? 0)}</text>` : ''}`;
  }

  #strand(strand: Strand): SVGTemplateResult | string {
    const lessor = this.#place(strand.lessor);
    const holder = this.#place(strand.holder);
    if (!lessor || !holder) return '';
    const shape = strandShape(strand, lessor, holder);
    const { x, y, heading } = shape.head;
    const head = `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${heading.toFixed(1)})`;
    return svg`<g class="strand ${strand.kind}" data-key=${strand.key}>
      <path class="whole" d=${shape.path}></path>
      <path class="left" d=${shape.path} pathLength="1"></path>
      <path class="head" d="M0 -4.5L${HEAD_PX} 0L0 4.5Z" transform=${head}></path>
    </g>`;
  }

  // Drawn after all strands, so that none runs through a number.
  #strandCount(strand: Strand): SVGTemplateResult | string {
    const lessor = this.#place(strand.lessor);
    const holder = this.#place(strand.holder);
    if (strand.count < 2 || !lessor || !holder) return '';
    const { x, y } = strandShape(strand, lessor, holder).labelAt;
    return svg`<text class="count" x=${x} y=${y + 4}>${`×${strand.count}`}</text>`;
  }

  // Runs every frame: moves what is drawn already, by attribute, and renders nothing.
  #move(nowMs: number): void {
    if (!this.snapshot) return;
    for (const strand of this.#strands) {
      const line = this.renderRoot.querySelector(`[data-key="${strand.key}"] .left`);
      const share = strandShare(strand, this.snapshot.takenAtMs, nowMs);
      line?.setAttribute('stroke-dasharray', `${share.toFixed(4)} 2`);
    }
    const docked = new Map<CellId, number>();
    for (const shuttle of this.shuttles) this.#moveShuttle(shuttle, nowMs, docked);
    if (this.shuttles.some((shuttle) => isHome(shuttle, nowMs))) {
      this.shuttles = this.shuttles.filter((shuttle) => !isHome(shuttle, nowMs));
    }
  }

  #moveShuttle(shuttle: Shuttle, nowMs: number, docked: Map<CellId, number>): void {
    const mark = this.renderRoot.querySelector(`[data-run="${shuttle.run.runId}"]`);
    const to = this.#place(shuttle.run.cell);
    const from = this.#place(shuttle.run.submitter) ?? to;
    if (!mark || !to || !from || shuttle.run.cell === undefined) return;
    if (shuttle.stage === 'docked' || from === to) {
      const position = docked.get(shuttle.run.cell) ?? 0;
      docked.set(shuttle.run.cell, position + 1);
      // The first at the dock, the next ones to either side of it.
      const offset = Math.ceil(position / 2) * (position % 2 === 0 ? 1 : -1);
      const point = onCircle(to, to.radius + 23, to.dockTurn + offset * 0.06);
      mark.setAttribute('transform', `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})`);
      return;
    }
    const line: Curve = trimmed(curveBetween(from, to, 0), from.radius + 10, to.radius + 10);
    const share = shuttleShare(shuttle, nowMs, wantsLessMotion());
    const point = pointAt(line, share);
    const turn = headingAt(line, share);
    mark.setAttribute('transform', `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)}) rotate(${turn.toFixed(1)})`);
  }

  #place(id: CellId | undefined): Place | undefined {
    const index = this.snapshot?.cells.findIndex((cell) => cell.id === id) ?? -1;
    return this.#layout.places[index];
  }
}

function shuttleMark({ run, stage }: Shuttle): SVGTemplateResult {
  const share = run.progress && run.progress.total > 0 ? run.progress.done / run.progress.total : undefined;
  const isDocked = stage === 'docked';
  return svg`<g class="shuttle ${run.status}" data-run=${run.runId}>
    ${isDocked ? svg`<circle class="way" r="6.5"></circle>` : ''}
    ${isDocked && share !== undefined ? svg`<path class="done" d=${arcPath({ x: 0, y: 0 }, 6.5, 0.25, 0.25 + Math.min(1, share))}></path>` : ''}
    <path class="body" d=${isDocked ? 'M-3.5 0L0 -3.5L3.5 0L0 3.5Z' : 'M-10 0Q0 -7 10 0Q0 7 -10 0Z'}></path>
  </g>`;
}

const INDIRECT = [
  { path: 'turn', text: 'link through a TURN server' },
  { path: 'relayed', text: 'link relayed by a cell, encrypted' },
] as const;

function legend(snapshot: FabricSnapshot): TemplateResult {
  return html`<div class="legend">
    <span><i></i>link</span>
    ${INDIRECT.filter(({ path }) => snapshot.cells.some(({ link }) => link?.path === path)).map(({ path, text }) => html`<span class=${path}><i></i>${text}</span>`)}
    <span class="cpu"><i></i>worker slots on lease</span>
    <span class="mem"><i></i>memory on lease</span>
    <span class="run"><i></i>run</span>
    <details>
      <summary>The map in words</summary>
      <ul>
        ${mapInWords(snapshot).map((sentence) => html`<li>${sentence}</li>`)}
      </ul>
    </details>
  </div>`;
}

customElements.define('fabric-map', FabricMap);

declare global {
  interface HTMLElementTagNameMap {
    'fabric-map': FabricMap;
  }
}
