/** Does works, so many at a time. */
export type Lane = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets so many works go on at once; the others wait for their turn. */
export function lanes(max: number): Lane {
  let free = max;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
