import { css, unsafeCSS } from 'lit';

const DYES = [0, 1, 2, 3, 4, 5, 6];

export const boardStyle = css`
  whiteboard-view {
    display: grid;
    gap: var(--gap-4);
  }
  whiteboard-view .tools,
  whiteboard-view .foot,
  whiteboard-view .ways,
  whiteboard-view .inks {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2) var(--gap-3);
  }
  whiteboard-view .foot {
    color: var(--ink-soft);
    font-size: var(--text-small);
  }
  whiteboard-view .push {
    margin-left: auto;
  }
  whiteboard-view .inks {
    gap: var(--gap-1);
  }
  whiteboard-view .ink {
    display: block;
    position: relative;
    width: 2rem;
    height: 2rem;
    margin: 0;
  }
  whiteboard-view .ink input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  whiteboard-view .ink span {
    display: block;
    width: 1.5rem;
    height: 1.5rem;
    margin: 0.25rem;
    border-radius: 50%;
    background: var(--ink);
  }
  whiteboard-view .ink input:checked + span {
    box-shadow:
      0 0 0 2px var(--cloth),
      0 0 0 4px var(--ink-soft);
  }
  whiteboard-view .ink input:focus-visible + span {
    box-shadow:
      0 0 0 2px var(--cloth),
      0 0 0 4px var(--indigo);
  }
  whiteboard-view .wide span {
    transform: scale(0.4);
  }
  whiteboard-view .wide.thick span {
    transform: scale(0.85);
  }
  whiteboard-view .over-note {
    padding: var(--gap-3) var(--gap-4);
    border-left: 4px solid var(--weld-thread);
    border-radius: var(--corner);
    background: var(--weld-wash);
  }
  whiteboard-view .over-note .ways {
    margin-top: var(--gap-3);
  }
  whiteboard-view .start {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr));
    gap: var(--gap-5);
  }
  whiteboard-view .start > * {
    display: grid;
    gap: var(--gap-3);
    align-content: start;
    justify-items: start;
    padding: var(--gap-5);
  }
  whiteboard-view .start .field {
    width: 100%;
  }
  ${unsafeCSS(DYES.map((dye) => `whiteboard-view .dye-${dye} span { background: var(--dye-${dye}); }`).join('\n'))}
`;

/** What the strokes look like; for the sheet. */
export const easelStyle = css`
  board-easel svg {
    display: block;
    width: 100%;
    border: 1px solid var(--line-strong);
    border-radius: var(--corner);
    background: var(--ground);
    cursor: crosshair;
    touch-action: none;
  }
  board-easel svg:focus:not(:focus-visible) {
    outline: none;
  }
  board-easel svg.over {
    opacity: 0.55;
    cursor: not-allowed;
  }
  board-easel g {
    fill: none;
    stroke: var(--ink);
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  board-easel .nib {
    display: none;
    fill: none;
    stroke: var(--indigo);
    stroke-width: 160;
  }
  board-easel svg:focus-visible .nib {
    display: inline;
  }
  ${unsafeCSS(DYES.map((dye) => `board-easel .ink-${dye} { stroke: var(--dye-${dye}); }`).join('\n'))}
`;

/** Colours by number; the last one is the ink of the page, dark by day and light by night. */
export const INKS = ['Blue', 'Sky', 'Yellow', 'Brown', 'Green', 'Pink', 'Orange', 'Ink'] as const;
