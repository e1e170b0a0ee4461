/**
 * commands/tasklet owns `grafos tasklet …`: building, inspecting and metering modules. It needs no browser and no
 * network, and writes only where it is told to.
 */
export { build } from './build.ts';
export { inspect } from './inspect.ts';
export { meter } from './meter.ts';
