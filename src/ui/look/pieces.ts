import { css } from 'lit';

/**
 * The stitch is the page's one ornament: it underlines headings, joins the steps of a run and shows how much thread a
 * lease has left.
 */
export const pieces = css`
  .heading {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: var(--gap-1) var(--gap-4);
    padding-bottom: var(--gap-3);
    margin-bottom: var(--gap-4);
    background: repeating-linear-gradient(90deg, var(--line-strong) 0 9px, transparent 9px 15px) left bottom / 100% 1px
      no-repeat;
  }
  .heading .aside {
    color: var(--ink-faint);
    font-size: var(--text-small);
  }
  .cloth {
    border: 1px solid var(--line);
    border-radius: var(--corner-large);
    background: var(--cloth);
  }
  .empty {
    padding: var(--gap-5) var(--gap-4);
    border: 1px dashed var(--line-strong);
    border-radius: var(--corner-large);
    color: var(--ink-soft);
    font-size: var(--text-small);
    text-wrap: pretty;
  }
  .empty strong {
    display: block;
    margin-bottom: var(--gap-1);
    color: var(--ink);
    font-size: var(--text-body);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
    padding: 0.1rem 0.55rem;
    border-radius: 999px;
    background: var(--cloth-sunk);
    color: var(--ink-soft);
    font-size: var(--text-tiny);
    font-weight: 600;
    line-height: 1.5;
    white-space: nowrap;
  }
  .chip.good {
    background: var(--verdigris-wash);
    color: var(--verdigris);
  }
  .chip.busy {
    background: var(--indigo-wash);
    color: var(--indigo);
  }
  .chip.warn {
    background: var(--weld-wash);
    color: var(--weld);
  }
  .chip.bad {
    background: var(--madder-wash);
    color: var(--madder);
  }
  .dot {
    width: 0.5rem;
    height: 0.5rem;
    flex: none;
    border-radius: 50%;
    background: currentColor;
  }
  summary {
    cursor: pointer;
    color: var(--ink-soft);
    font-size: var(--text-small);
    font-weight: 600;
  }
`;
