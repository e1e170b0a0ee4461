import { css, html, svg, type TemplateResult } from 'lit';

const STEP = 15;
const THREAD = 12;
const WARP_DYES = [0, 0, 7, 0, 0, 4, 4, 1, 4, 4, 0, 0, 2, 0, 0, 4, 4, 1, 4, 4, 0, 0, 7, 0, 0, 5, 0, 0];
const WEFT_DYES = [0, 0, 4, 4, 1, 4, 4, 0, 0, 2, 0, 0, 4, 4];
/** The last weft thread is still on its way through. */
const LAST_REACH = 11;
const TAIL_PX = 74;

/** A piece of cloth on the loom: the picture of a fabric that is still being woven. Decorative. */
export function loom(): TemplateResult {
  const width = WARP_DYES.length * STEP;
  const woven = WEFT_DYES.length * STEP;
  return html`<svg
    class="loom"
    viewBox="0 0 ${width} ${woven + TAIL_PX}"
    preserveAspectRatio="xMidYMin slice"
    aria-hidden="true"
  >
    ${WARP_DYES.map((dye, column) => svg`<rect class="warp" x=${column * STEP} y="0" width=${THREAD} height=${woven + TAIL_PX} fill="var(--dye-${dye})"></rect>`)}
    ${WEFT_DYES.map((dye, row) => {
      const columns = row === WEFT_DYES.length - 1 ? LAST_REACH : WARP_DYES.length;
      return svg`<path d=${weftPath(row, columns)} fill="var(--dye-${dye})"></path>`;
    })}
    ${svg`<path class="shuttle" d="M${LAST_REACH * STEP - 6} ${woven - STEP + THREAD / 2}q26 -15 52 0q-26 15 -52 0z"></path>`}
  </svg>`;
}

// The weft lies over the warp at every second pair of threads, one further along in each row: a 2/2 twill.
function weftPath(row: number, columns: number): string {
  const y = row * STEP;
  return Array.from({ length: columns }, (_, column) =>
    (column + row) % 4 < 2 ? `M${column * STEP - (STEP - THREAD)} ${y}h${STEP + 3}v${THREAD}h${-STEP - 3}z` : '',
  ).join('');
}

export const loomStyle = css`
  .loom {
    display: block;
    width: 100%;
    height: 100%;
    mask-image: linear-gradient(#000 65%, transparent);
  }
  .loom .shuttle {
    fill: var(--ink);
    stroke: var(--ground);
    stroke-width: 2;
  }
`;
