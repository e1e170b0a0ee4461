import { onAbort, type Abort } from './run/index.ts';

/** What a listener is called with: shaped like a DOM event, made where there is no DOM. */
export interface FabricNews<Type extends string, Detail> {
  readonly type: Type;
  readonly detail: Detail;
}

export interface ListenOptions {
  readonly once?: boolean;
  readonly signal?: Abort;
}

/** News a reader may leave unread; the oldest go first. */
const UNREAD_MAX = 256;

/** Who listens to one kind of news, in the manner of an `EventTarget`, and who reads it one by one. */
export class Listeners<Type extends string, Detail> {
  readonly #type: Type;
  readonly #listeners = new Map<(news: FabricNews<Type, Detail>) => void, ListenOptions>();

  constructor(type: Type) {
    this.#type = type;
  }

  add(listener: (news: FabricNews<Type, Detail>) => void, options: ListenOptions = {}): void {
    this.#listeners.set(listener, options);
    onAbort(options.signal, () => this.remove(listener));
  }

  remove(listener: (news: FabricNews<Type, Detail>) => void): void {
    this.#listeners.delete(listener);
  }

  tell(detail: Detail): void {
    for (const [listener, { once }] of [...this.#listeners]) {
      if (once === true) this.remove(listener);
      listener({ type: this.#type, detail });
    }
  }

  /** What is told from now on, until the reader leaves. */
  async *read(): AsyncGenerator<Detail, void> {
    const unread: Detail[] = [];
    let wake = (): void => undefined;
    const listener = ({ detail }: FabricNews<Type, Detail>): void => {
      unread.push(detail);
      if (unread.length > UNREAD_MAX) unread.shift();
      wake();
    };
    this.add(listener);
    try {
      for (;;) {
        for (const detail of unread.splice(0)) yield detail;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (unread.length > 0) resolve();
        });
      }
    } finally {
      this.remove(listener);
    }
  }
}
