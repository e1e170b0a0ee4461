import { css, html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { NodeProgress } from '../../sdk/index.ts';
import { base } from '../look/index.ts';
import { formatBytes } from '../words/index.ts';
import { graphInWords, graphLabel } from './in-words.ts';
import { layoutOf, NODE, type Graph, type PlacedNode } from './layout.ts';

const LETTERS_MAX = 17;
const SMALL_LETTERS_MAX = 20;
/** Wider graphs are drawn smaller, down to this; then they scroll. */
const SCALE_MIN = 0.75;
const DYES = 8;

/** A program's graph, drawn: nodes in rows, what is handed on, shared leases as threads; and where each node stands. */
export class ProgramGraph extends LitElement {
  static override properties = { graph: { attribute: false }, progress: { attribute: false } };

  static override styles = [
    base,
    css`
      .frame {
        overflow-x: auto;
        border-radius: var(--corner);
        background: var(--cloth-sunk);
      }
      svg {
        display: block;
        height: auto;
        margin: 0 auto;
      }
      text {
        fill: var(--ink);
        font: 600 var(--text-small) var(--face-text);
      }
      .second {
        fill: var(--ink-soft);
        font: var(--text-tiny) var(--face-text);
      }
      .count {
        fill: var(--ink-soft);
        font: 600 var(--text-tiny) var(--face-text);
        font-variant-numeric: tabular-nums;
        text-anchor: end;
      }
      rect {
        fill: var(--cloth);
        stroke: var(--line-strong);
      }
      .bar {
        fill: var(--ink-faint);
        stroke: none;
      }
      .running rect {
        stroke: var(--indigo);
      }
      .running .bar {
        fill: var(--indigo);
      }
      .succeeded rect {
        stroke: var(--verdigris);
      }
      .succeeded .bar {
        fill: var(--verdigris);
      }
      .degraded rect {
        stroke: var(--weld);
      }
      .degraded .bar {
        fill: var(--weld);
      }
      .failed rect {
        stroke: var(--madder);
      }
      .failed .bar {
        fill: var(--madder);
      }
      .skipped rect {
        stroke-dasharray: 3 3;
      }
      .skipped text {
        fill: var(--ink-faint);
      }
      .edge {
        fill: none;
        stroke: var(--edge);
        stroke-width: 1.5;
      }
      .order {
        stroke-dasharray: 4 4;
      }
      .tip {
        fill: var(--edge);
      }
      .thread {
        fill: none;
        stroke-width: 1.5;
        stroke-dasharray: 5 3;
      }
      .key {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap-1) var(--gap-4);
        margin-top: var(--gap-2);
        color: var(--ink-soft);
        font-size: var(--text-tiny);
      }
      .key i {
        display: inline-block;
        width: 0.6rem;
        height: 0.6rem;
        margin-right: var(--gap-1);
        border-radius: 50%;
      }
    `,
  ];

  declare graph: Graph;
  declare progress: readonly NodeProgress[];

  constructor() {
    super();
    this.progress = [];
  }

  protected override render(): TemplateResult {
    const { graph, progress } = this;
    const { width, height, nodes, edges, threads } = layoutOf(graph);
    return html`<div class="frame" tabindex="0" role="group" aria-label="Graph">
        <svg
          viewBox="0 0 ${width} ${height}"
          style="width: clamp(${SCALE_MIN * width}px, 100%, ${width}px)"
          role="img"
          aria-label=${graphLabel(graph)}
        >
          <defs>
            <marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path class="tip" d="M0 0 8 4 0 8z"></path>
            </marker>
          </defs>
          ${threads.map(
            ({ index, path, knots }) =>
              svg`<path class="thread" d=${path} style="stroke:${dye(index)}"></path>${knots.map(
                ({ x, y }) => svg`<circle cx=${x} cy=${y} r="4" style="fill:${dye(index)}"></circle>`,
              )}`,
          )}
          ${edges.map(({ kind, path }) => svg`<path class="edge ${kind}" d=${path} marker-end="url(#tip)"></path>`)}
          ${nodes.map((placed) => this.#node(placed))}
        </svg>
      </div>
      <ul class="unseen" aria-label="The graph in words">
        ${graphInWords(graph, progress).map((sentence) => html`<li>${sentence}</li>`)}
      </ul>
      ${
        graph.leases.length === 0
          ? nothing
          : html`<p class="key" aria-hidden="true">
              ${graph.leases.map(
                ({ name, sizeBytes }, index) =>
                  html`<span><i style="background:${dye(index)}"></i>${name}, ${formatBytes(sizeBytes)} shared</span>`,
              )}
            </p>`
      }`;
  }

  #node({ node, left, top }: PlacedNode): SVGTemplateResult {
    const state = this.progress.find((each) => each.node === node.name);
    const { status = 'waiting', runs = 0, ended = 0 } = state ?? {};
    const share = status === 'waiting' || status === 'skipped' ? 0 : runs === 0 ? 0 : ended / runs;
    const { width, height } = NODE;
    const behind = (by: number): SVGTemplateResult =>
      svg`<rect x=${left + by} y=${top + by} width=${width} height=${height} rx="6"></rect>`;
    return svg`<g class=${status}>
      ${node.isFannedOut ? [behind(5), behind(2.5)] : nothing}
      <rect x=${left} y=${top} width=${width} height=${height} rx="6"></rect>
      <text x=${left + 12} y=${top + 22}>${cut(node.name, LETTERS_MAX)}</text>
      <text class="second" x=${left + 12} y=${top + 40}>${cut(secondLine(node), SMALL_LETTERS_MAX)}</text>
      ${runs > 1 ? svg`<text class="count" x=${left + width - 10} y=${top + 22}>${ended}/${runs}</text>` : nothing}
      ${share > 0 ? svg`<rect class="bar" x=${left + 6} y=${top + height - 4} width=${(width - 12) * share} height="3" rx="1.5"></rect>` : nothing}
    </g>`;
  }
}

function secondLine({ tasklet, name, input }: PlacedNode['node']): string {
  if (input.kind === 'fixture' || input.kind === 'fixtures') return `on ${input.name}`;
  return tasklet === name ? '' : tasklet;
}

function cut(text: string, lettersMax: number): string {
  return text.length > lettersMax ? `${text.slice(0, lettersMax - 1)}…` : text;
}

function dye(index: number): string {
  return `var(--dye-${index % DYES})`;
}

customElements.define('program-graph', ProgramGraph);

declare global {
  interface HTMLElementTagNameMap {
    'program-graph': ProgramGraph;
  }
}
