import { css, unsafeCSS } from 'lit';

/** In which order cells get their dyes: neighbours far apart. */
export const DYES = [0, 6, 4, 5, 2, 1, 3, 7] as const;

export const lifeStyle = css`
  game-of-life {
    display: grid;
    gap: var(--gap-4);
  }
  game-of-life canvas {
    display: block;
    width: 100%;
    border: 1px solid var(--line-strong);
    border-radius: var(--corner);
    background: var(--cloth-sunk);
    image-rendering: pixelated;
  }
  game-of-life .life-tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-3) var(--gap-4);
  }
  game-of-life .life-tools button.main {
    min-width: 6.5rem;
  }
  game-of-life .life-pace {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
  }
  game-of-life .life-pace label {
    margin: 0;
  }
  game-of-life .life-pace select {
    width: auto;
  }
  game-of-life .life-count {
    display: flex;
    gap: var(--gap-5);
    margin: 0 0 0 auto;
  }
  game-of-life .life-count div {
    text-align: right;
  }
  game-of-life .life-count dt {
    color: var(--ink-soft);
    font-size: var(--text-tiny);
  }
  game-of-life .life-count dd {
    min-width: 4ch;
    margin: 0;
    font-size: var(--text-lead);
    font-weight: 600;
  }
  game-of-life .life-bands {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2) var(--gap-5);
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: var(--text-small);
  }
  game-of-life .life-bands li {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
  }
  game-of-life .life-dot {
    width: 0.75rem;
    height: 0.75rem;
    border-radius: 3px;
  }
  game-of-life .life-loss {
    padding: var(--gap-3) var(--gap-4);
    border-left: 4px solid var(--weld-thread);
    border-radius: var(--corner);
    background: var(--weld-wash);
  }
  @media (max-width: 40rem) {
    game-of-life .life-count {
      width: 100%;
      margin: 0;
    }
    game-of-life .life-count div {
      text-align: left;
    }
  }
  ${unsafeCSS(DYES.map((dye) => `game-of-life .life-dye-${dye} { background: var(--dye-${dye}); }`).join('\n'))}
`;
