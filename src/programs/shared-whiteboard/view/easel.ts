import { html, type TemplateResult } from 'lit';
import { HouseView } from '../../house/index.ts';
import { SPAN, type BoardChange, type Piece, type Point } from '../board.ts';
import { Pen, type Ink } from './pen.ts';
import { ASPECT, Sheet } from './sheet.ts';
import { easelStyle } from './style.ts';

const KEY_STEP = SPAN / 80;
const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 / ASPECT },
  ArrowDown: { x: 0, y: 1 / ASPECT },
};

/** The sheet one draws on, with pen, finger, mouse or the arrow keys. */
export class BoardEasel extends HouseView {
  static override properties = { ink: { attribute: false }, isOver: {}, at: { state: true } };

  declare author: number;
  declare ink: Ink;
  /** Nothing can be drawn any more; what was stays. */
  declare isOver: boolean;
  declare onPiece: (piece: Piece) => void;
  declare onStroke: (stroke: number) => void;
  /** Where the pen of the arrow keys is. */
  declare private at: Point;
  #sheet: Sheet | undefined;
  #isDown = false;

  protected override readonly rules = easelStyle;
  readonly #pen = new Pen({
    draw: (drawn) => this.#sheet?.add({ ...drawn, author: this.author }),
    send: (drawn) => this.onPiece({ ...drawn, author: this.author }),
  });

  constructor() {
    super();
    this.author = 0;
    this.isOver = false;
    this.at = { x: SPAN / 2, y: SPAN / 2 };
    this.onPiece = () => undefined;
    this.onStroke = () => undefined;
  }

  /** How many strokes are to be seen. */
  get strokes(): number {
    return this.#sheet?.strokes ?? 0;
  }

  show(change: BoardChange): void {
    this.#sheet?.show(change);
  }

  protected override firstUpdated(): void {
    const group = this.querySelector('g');
    if (group) this.#sheet = new Sheet(group);
  }

  protected override render(): TemplateResult {
    const { at } = this;
    return html`<svg
      viewBox="0 0 ${SPAN} ${Math.round(SPAN * ASPECT)}"
      class=${this.isOver ? 'over' : ''}
      tabindex="0"
      role="application"
      aria-label="Board. Arrow keys draw; with Shift they move the pen."
      @pointerdown=${this.#onDown}
      @pointermove=${this.#onMove}
      @pointerup=${this.#onUp}
      @pointercancel=${this.#onUp}
      @keydown=${this.#onKey}
      @blur=${this.#onUp}
    >
      <g></g>
      <circle class="nib" cx=${at.x} cy=${at.y * ASPECT} r="700"></circle>
    </svg>`;
  }

  readonly #onDown = (event: PointerEvent): void => {
    const { currentTarget } = event;
    if (this.isOver || event.button !== 0 || !(currentTarget instanceof SVGSVGElement)) return;
    currentTarget.setPointerCapture(event.pointerId);
    this.#isDown = true;
    this.onStroke(this.#pen.down(this.ink, pointOf(event, currentTarget)));
  };

  readonly #onMove = (event: PointerEvent): void => {
    const { currentTarget } = event;
    if (!this.#isDown || this.isOver || !(currentTarget instanceof SVGSVGElement)) return;
    const events = event.getCoalescedEvents();
    this.#pen.move((events.length > 0 ? events : [event]).map((each) => pointOf(each, currentTarget)));
  };

  readonly #onUp = (): void => {
    this.#isDown = false;
    this.#pen.up();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const way = ARROWS[event.key];
    if (!way || this.isOver) return;
    event.preventDefault();
    const from = this.at;
    this.at = bounded({ x: from.x + way.x * KEY_STEP, y: from.y + way.y * KEY_STEP });
    if (event.shiftKey) {
      this.#onUp();
      return;
    }
    if (!this.#isDown) this.onStroke(this.#pen.down(this.ink, from));
    this.#isDown = true;
    this.#pen.move([this.at]);
  };
}

function pointOf({ clientX, clientY }: PointerEvent, sheet: SVGSVGElement): Point {
  const { left, top, width, height } = sheet.getBoundingClientRect();
  return { x: ((clientX - left) / width) * SPAN, y: ((clientY - top) / height) * SPAN };
}

function bounded({ x, y }: Point): Point {
  const inside = (value: number): number => Math.min(Math.max(value, 0), SPAN);
  return { x: inside(x), y: inside(y) };
}

customElements.define('board-easel', BoardEasel);

declare global {
  interface HTMLElementTagNameMap {
    'board-easel': BoardEasel;
  }
}
