import { css } from 'lit';

export const mapStyle = css`
  .stage {
    position: relative;
    overflow: hidden;
    /* Plain weave in the ground of the map: two sets of threads, barely there. */
    background:
      repeating-linear-gradient(0deg, var(--weave) 0 1px, transparent 1px 7px),
      repeating-linear-gradient(90deg, var(--weave) 0 1px, transparent 1px 6px), var(--cloth);
  }
  .map {
    display: block;
    width: 100%;
    height: auto;
  }
  .link {
    stroke: var(--thread);
    stroke-width: 1.5;
    fill: none;
  }
  .link.turn {
    stroke-dasharray: 9 4;
  }
  .link.relayed {
    stroke-dasharray: 2 4;
    stroke-width: 2;
  }
  .link.suspect {
    stroke-dasharray: 3 5;
    stroke: var(--weld-thread);
  }
  .disc {
    fill: var(--cloth);
  }
  .slot {
    fill: none;
    stroke: var(--thread);
    stroke-width: 3.5;
  }
  .slot.lent {
    stroke: var(--indigo);
  }
  .crowded .slot {
    stroke-width: 2;
  }
  .memory {
    fill: none;
    stroke: var(--weld-thread);
    stroke-width: 2.5;
    stroke-linecap: round;
  }
  .crowded .memory {
    stroke-width: 1.5;
  }
  text {
    fill: var(--ink);
    font-family: var(--face-text);
    font-size: 13px;
    text-anchor: middle;
    paint-order: stroke;
    stroke: var(--cloth);
    stroke-width: 5px;
    stroke-linejoin: round;
  }
  .name {
    font-weight: 600;
  }
  .detail,
  .reach {
    fill: var(--ink-faint);
    font-size: 11.5px;
    font-variant-numeric: tabular-nums;
  }
  .background .picture {
    opacity: 0.45;
  }
  .suspect .slot {
    stroke-dasharray: 2 3;
  }
  .suspect text.detail {
    fill: var(--weld);
  }
  .gone {
    opacity: 0.35;
    filter: grayscale(1);
  }
  .strand path {
    fill: none;
    stroke-linecap: round;
  }
  .strand .whole {
    stroke: var(--thread);
    stroke-width: 1;
    stroke-dasharray: 1 4;
  }
  .strand .left {
    stroke-width: 2.5;
  }
  .cpu .left {
    stroke: var(--indigo);
  }
  .mem .left {
    stroke: var(--weld-thread);
  }
  .cpu .head {
    fill: var(--indigo);
  }
  .mem .head {
    fill: var(--weld-thread);
  }
  .count {
    font-size: 11px;
    font-weight: 650;
  }
  .shuttle .body {
    fill: var(--ink);
    stroke: var(--cloth);
    stroke-width: 1.5;
  }
  .shuttle.succeeded .body {
    fill: var(--verdigris);
  }
  .shuttle.failed .body,
  .shuttle.cancelled .body {
    fill: var(--madder);
  }
  .shuttle .way {
    fill: none;
    stroke: var(--line-strong);
    stroke-width: 2.5;
  }
  .shuttle .done {
    fill: none;
    stroke: var(--verdigris);
    stroke-width: 2.5;
    transform: rotate(-90deg);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-1) var(--gap-4);
    padding: var(--gap-3) var(--gap-4);
    border-top: 1px solid var(--line);
    color: var(--ink-soft);
    font-size: var(--text-tiny);
  }
  .legend span {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
  }
  .legend i {
    width: 1.25rem;
    height: 0;
    border-top: 2px solid var(--thread);
  }
  .legend .turn i {
    border-top-style: dashed;
  }
  .legend .relayed i {
    border-top-style: dotted;
  }
  .legend .cpu i {
    border-color: var(--indigo);
  }
  .legend .mem i {
    border-color: var(--weld-thread);
  }
  .legend .run i {
    width: 0.5rem;
    height: 0.5rem;
    border: 0;
    border-radius: 1px;
    background: var(--ink);
    transform: rotate(45deg);
  }
  .legend details {
    margin-left: auto;
  }
  .legend details[open] {
    flex-basis: 100%;
    margin-left: 0;
  }
  .legend li {
    padding: 0.15rem 0;
  }
  .legend summary {
    font-size: inherit;
  }
  /* A cell on its own stands at the left; the way to bring others is at the right, or beneath where it is narrow. */
  .alone {
    position: absolute;
    inset: 0 0 0 46%;
    display: grid;
    align-items: center;
    padding: var(--gap-4);
  }
  .narrow .alone {
    position: static;
    padding: 0 var(--gap-4) var(--gap-5);
  }
  .narrow.single .map {
    margin-bottom: -3rem;
  }
`;
