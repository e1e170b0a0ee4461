/** What one client asked and was answered, and when: from before it was asked until after it was answered, on one clock. */
export interface Operation<Call> {
  readonly call: Call;
  readonly answer: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a client asked, in its order: later operations take effect after earlier ones, also where it did not wait. */
export type ClientHistory<Call> = readonly Operation<Call>[];

/** The object as it is when one asks after the other. States are never changed. */
export interface Model<State, Call> {
  readonly initial: State;
  apply(state: State, call: Call): { readonly state: State; readonly answer: string };
  /** Equal for states that answer alike from now on. */
  key(state: State): string;
}

/**
 * Whether there is an order of all operations in which the model gives the answers that were got, each takes effect between
 * its call and its answer, and each client's stay in their order: the search of Wing and Gong, which looks at no
 * frontier twice in the same state (Lowe).
 */
export function isLinearizable<State, Call>(
  model: Model<State, Call>,
  clients: readonly ClientHistory<Call>[],
): boolean {
  const total = clients.reduce((sum, history) => sum + history.length, 0);
  const seen = new Set<string>();
  const goesOn = (state: State, done: readonly number[], count: number): boolean => {
    if (count === total) return true;
    const place = `${done.join()}/${model.key(state)}`;
    if (seen.has(place)) return false;
    seen.add(place);
    const deadlineMs = Math.min(...clients.flatMap((history, index) => history.slice(done[index]).map(toMsOf)));
    return clients.some((history, index) => {
      const next = history[done[index] ?? 0];
      // What was answered before this one was asked has to take effect before it.
      if (!next || next.fromMs > deadlineMs) return false;
      const after = model.apply(state, next.call);
      if (after.answer !== next.answer) return false;
      return goesOn(
        after.state,
        done.map((step, at) => (at === index ? step + 1 : step)),
        count + 1,
      );
    });
  };
  return goesOn(
    model.initial,
    clients.map(() => 0),
    0,
  );
}

function toMsOf({ toMs }: { readonly toMs: number }): number {
  return toMs;
}
