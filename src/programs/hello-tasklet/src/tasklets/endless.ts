import { context, fuel, log, Output, progress } from 'grafos-std';

const PARTS: u32 = 100;

/** Never ends by itself: the fuel ends it. Shows the fuel going as progress. */
export function endless(input: Uint8Array): Output {
  log.info('running until the fuel is gone');
  const limit = context.fuelLimit();
  let turns: u64 = 0;
  for (;;) {
    turns += 1;
    if (turns % 65536 !== 0) continue;
    const spent = limit - <u64>fuel.remaining();
    progress(<u32>((spent * PARTS) / limit), PARTS);
  }
  return Output.empty();
}
