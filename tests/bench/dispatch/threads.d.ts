// threads 1.7.0 has types, and an exports map that hides them.
declare module 'threads' {
  export function spawn<Exposed>(worker: Worker): Promise<Exposed>;
  export function Pool<Exposed>(
    start: () => Promise<Exposed>,
    options: { readonly size: number },
  ): { queue<Answer>(task: (thread: Exposed) => Promise<Answer>): PromiseLike<Answer> };
  export const Worker: typeof globalThis.Worker;
}
declare module 'threads/worker' {
  export function expose(functions: object): void;
}
