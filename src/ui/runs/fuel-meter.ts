import { css, html, type TemplateResult } from 'lit';
import { formatCount, formatShare } from '../words/index.ts';

/** How much of its fuel a run has used. */
export function fuelMeter(used: number, limit: number): TemplateResult {
  const percent = limit > 0 ? Math.min(100, (used / limit) * 100) : 0;
  const words = `${formatCount(used)} of ${formatCount(limit)} fuel (${formatShare(used, limit)})`;
  return html`<div class="fuel ${used >= limit ? 'spent' : ''}">
    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="all" width="100" height="4"></rect>
      <rect class="used" width=${percent.toFixed(2)} height="4"></rect>
    </svg>
    <span class="figures">${words}</span>
  </div>`;
}

export const fuelMeterStyle = css`
  .fuel {
    color: var(--ink-soft);
    font-size: var(--text-small);
  }
  .fuel svg {
    display: block;
    width: 100%;
    height: 4px;
    margin-bottom: var(--gap-1);
    border-radius: 2px;
  }
  .fuel .all {
    fill: var(--line);
  }
  .fuel .used {
    fill: var(--ink-faint);
  }
  .fuel.spent .used {
    fill: var(--madder);
  }
`;
