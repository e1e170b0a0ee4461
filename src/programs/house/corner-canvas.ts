/** A picture that a demo puts over the corner of the page. */
export interface CornerCanvas {
  /** Of the element: only one of each is shown. */
  readonly id: string;
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  /** Behind what is not painted yet: a CSS colour. */
  readonly background: string;
}

/** One canvas on the page, over its corner; a click takes it away. */
export function cornerCanvas({ id, label, width, height, background }: CornerCanvas): HTMLCanvasElement {
  document.getElementById(id)?.remove();
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { id, width, height });
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', `${label} Click to close.`);
  Object.assign(canvas.style, {
    position: 'fixed',
    right: '1rem',
    bottom: '1rem',
    maxWidth: 'calc(100vw - 2rem)',
    height: 'auto',
    background,
    borderRadius: '6px',
    boxShadow: '0 10px 30px rgb(30 24 12 / 0.28), 0 1px 2px rgb(30 24 12 / 0.3)',
    cursor: 'pointer',
    zIndex: '10',
  });
  canvas.addEventListener('click', () => canvas.remove());
  document.body.append(canvas);
  return canvas;
}
