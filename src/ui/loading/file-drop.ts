import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** A place where files are dropped: whether some are held over it, and what was let go. */
export class FileDrop implements ReactiveController {
  isOver = false;
  readonly #host: ReactiveControllerHost;
  readonly #take: (dropped: DataTransfer) => void;

  constructor(host: ReactiveControllerHost, take: (dropped: DataTransfer) => void) {
    this.#host = host;
    this.#take = take;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.isOver = false;
  }

  readonly onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.#turn(true);
  };

  readonly onDragLeave = (): void => this.#turn(false);

  readonly onDrop = (event: DragEvent): void => {
    event.preventDefault();
    this.#turn(false);
    if (event.dataTransfer) this.#take(event.dataTransfer);
  };

  #turn(isOver: boolean): void {
    this.isOver = isOver;
    this.#host.requestUpdate();
  }
}
