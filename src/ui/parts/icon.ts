import { html, type TemplateResult } from 'lit';

/** Outlines on a 24 px square, drawn for this page; decorative, so always beside or under a text. */
const OUTLINES = {
  sun: 'M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  pen: 'M4 20l1-4L16 5l3 3L8 19l-4 1zM14 7l3 3',
  close: 'M6 6l12 12M18 6 6 18',
  share: 'M12 4v11M8 8l4-4 4 4M5 13v6h14v-6',
  save: 'M12 4v11M8 11l4 4 4-4M5 19h14',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  play: 'M8 5.5v13l10.5-6.5z',
} as const;

export type IconName = keyof typeof OUTLINES;

export function icon(name: IconName, sizePx = 18): TemplateResult {
  return html`<svg
    viewBox="0 0 24 24"
    width=${sizePx}
    height=${sizePx}
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d=${OUTLINES[name]}></path>
  </svg>`;
}
