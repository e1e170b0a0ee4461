import { freshId, isRunId, type FabricFailure, type Random, type Result, type RunId } from '../../../../core/index.ts';
import type { Offers } from './offers.ts';

/**
 * A dial begun before it is known who is there to answer: its offer goes out with the question for somebody, and what is
 * to be said after it waits for the one who answers.
 */
export class EarlyDial {
  readonly dial: RunId;
  /** The text of the offer; undefined when none can be made. */
  readonly offer: Promise<string | undefined>;
  readonly ended: Promise<Result<void, FabricFailure>>;
  readonly #abandon = new AbortController();
  readonly #texts: string[] = [];
  #send: ((text: string) => void) | undefined;
  #answerer: string | undefined;

  constructor(offers: Offers, random: Random) {
    this.dial = freshId(random, isRunId);
    let tell: (offer: string | undefined) => void = () => undefined;
    this.offer = new Promise((resolve) => {
      tell = resolve;
    });
    const said = (text: string): void => {
      tell(text);
      if (this.#send) this.#send(text);
      else this.#texts.push(text);
    };
    this.ended = offers.dial(this.dial, said, this.#abandon.signal);
    void this.ended.then(() => tell(undefined));
  }

  /** Under which name it is answered, once that is known. */
  get answerer(): string | undefined {
    return this.#answerer;
  }

  /** From now on `send` says to `answerer` what there is to say; its offer too, unless that one has it. */
  answeredBy(answerer: string, send: (text: string) => void, hasOffer: boolean): void {
    if (this.#send) return;
    this.#answerer = answerer;
    this.#send = send;
    for (const text of this.#texts.splice(0).slice(hasOffer ? 1 : 0)) send(text);
  }

  /** Nobody is there to answer, or nobody is needed. */
  drop(): void {
    this.#abandon.abort();
  }
}
