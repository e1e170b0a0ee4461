import { exportedCounter, exportedFunction, outcomeOf, type Outcome } from './engine.ts';
import type { GeneratedModule, Random } from './generate/index.ts';
import { Host, type HostCall } from './host.ts';
import { TICK_GLOBAL, tickModule } from './oracle/tick.ts';

/** The meter under test, seen from outside: bytes in, bytes out, and the name of its counter. */
export interface MeterUnderTest {
  readonly fuelGlobal: string;
  meter(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** Generous: no run of a generated module costs as much. */
const AMPLE_FUEL = 2n ** 62n - 1n;
/** ABI.md §6: at or above 0 the trap is the module's own; below this it is the bound on calls. */
const OUT_OF_FUEL_MIN = -(2n ** 62n);

export type MeteredOutcome = Outcome | { readonly kind: 'out_of_fuel' };

/** How a metered call ended, by the value its counter was left with. */
export function meteredOutcome(outcome: Outcome, fuel: bigint): MeteredOutcome {
  if (outcome.kind !== 'trapped' || fuel >= 0n) return outcome;
  return fuel >= OUT_OF_FUEL_MIN ? { kind: 'out_of_fuel' } : { kind: 'stack_exhausted' };
}

export interface Tally {
  modules: number;
  calls: number;
  traps: number;
  budgets: number;
  hostCalls: number;
}

export function emptyTally(): Tally {
  return { modules: 0, calls: 0, traps: 0, budgets: 0, hostCalls: 0 };
}

/** Every way in which the meter differs from the truth on this module, in words. Empty when it does not. */
export function disagreements(
  generated: GeneratedModule,
  meter: MeterUnderTest,
  random: Random,
  tally: Tally,
): readonly string[] {
  const metered = compiled(meter, generated.bytes);
  if (typeof metered === 'string') return [metered];
  const modules: Modules = {
    plain: new WebAssembly.Module(generated.bytes),
    ticked: new WebAssembly.Module(tickModule(generated.bytes)),
    metered,
  };
  tally.modules++;
  const found: string[] = [];
  for (const { name, params } of generated.exports) {
    const args = params.map((type) => argument(type, random));
    const one = new Comparison(modules, meter, name, args, tally);
    if (!one.compareAtLength()) return [...found, ...one.found];
    one.compareBudgets(random);
    found.push(...one.found.map((text) => `${name}(${args.join(', ')}): ${text}`));
  }
  return found;
}

/** The metered module, or why there is none. */
function compiled(meter: MeterUnderTest, bytes: Uint8Array): WebAssembly.Module | string {
  try {
    return new WebAssembly.Module(meter.meter(bytes));
  } catch (error) {
    return `the metered module: ${String(error)}`;
  }
}

interface Modules {
  readonly plain: WebAssembly.Module;
  readonly ticked: WebAssembly.Module;
  readonly metered: WebAssembly.Module;
}

interface MeteredRun {
  readonly outcome: MeteredOutcome;
  readonly spent: bigint;
  readonly state: string;
  readonly calls: readonly HostCall[];
}

/** One exported function called with one set of arguments, on fresh instances each time. */
class Comparison {
  readonly found: string[] = [];
  private exact = 0n;
  private expected: Outcome = { kind: 'returned', values: [] };
  private expectedCalls: readonly HostCall[] = [];
  private readonly modules: Modules;
  private readonly meter: MeterUnderTest;
  private readonly name: string;
  private readonly args: readonly unknown[];
  private readonly tally: Tally;

  constructor(modules: Modules, meter: MeterUnderTest, name: string, args: readonly unknown[], tally: Tally) {
    this.modules = modules;
    this.meter = meter;
    this.name = name;
    this.args = args;
    this.tally = tally;
  }

  /** With fuel in plenty: same answer, same state, same host calls, exact cost. False when it cannot even start. */
  compareAtLength(): boolean {
    const [plain, ticked, metered] = this.startAll();
    this.same('start, ticked', text(ticked.outcome), text(plain.outcome));
    this.same('start, metered', text(metered.outcome), text(plain.outcome));
    if (!isStarted(plain) || !isStarted(ticked) || !isStarted(metered)) return false;
    const startFuel = AMPLE_FUEL - exportedCounter(metered.instance, this.meter.fuelGlobal).value;
    this.same('fuel of the start function', startFuel, exportedCounter(ticked.instance, TICK_GLOBAL).value);
    this.expected = outcomeOf(() => this.call(plain));
    this.countTicks(ticked);
    const run = this.run(metered, AMPLE_FUEL);
    this.same('outcome', text(run.outcome), text(this.expected));
    this.same('state', run.state, stateOf(plain.instance));
    this.same('host calls', callText(run.calls), callText(this.expectedCalls));
    if (this.expected.kind === 'returned') this.same('fuel', run.spent, this.exact);
    this.tally.calls++;
    if (this.expected.kind === 'trapped') this.tally.traps++;
    else this.compareSecondCall(plain, ticked, metered);
    return true;
  }

  /** The same call once more on the same instances: nothing of the first may be left over in the meter. */
  private compareSecondCall(plain: Started, ticked: Started, metered: Started): void {
    const expected = outcomeOf(() => this.call(plain));
    const ticks = exportedCounter(ticked.instance, TICK_GLOBAL);
    ticks.value = 0n;
    outcomeOf(() => this.call(ticked));
    const run = this.run(metered, AMPLE_FUEL);
    this.same('called again: outcome', text(run.outcome), text(expected));
    if (expected.kind === 'returned') this.same('called again: fuel', run.spent, ticks.value);
  }

  /** With fuel for just the run, just short of it, and anything less: it ends iff the budget covers it. */
  compareBudgets(random: Random): void {
    const more = this.exact + BigInt(random.below(100));
    const less = this.exact > 0n ? (this.exact * BigInt(random.below(1000))) / 1000n : 0n;
    const budgets = new Set([this.exact, more, this.exact - 1n, less, this.exact - BigInt(random.below(12))]);
    for (const budget of budgets) {
      if (budget < 0n) continue;
      this.tally.budgets++;
      const metered = start(this.modules.metered);
      if (!isStarted(metered)) throw new Error('a module that started once does not start again');
      const run = this.run(metered, budget);
      const label = `with ${budget} of ${this.exact}`;
      const ended = text(run.outcome);
      if (this.expected.kind === 'returned') {
        this.same(`${label}: outcome`, ended, budget >= this.exact ? text(this.expected) : 'out_of_fuel');
      } else if (ended !== 'out_of_fuel') {
        // Where the module traps by itself, the meter may have charged for more than was run, never for nothing.
        this.same(`${label}: outcome`, ended, text(this.expected));
      }
      this.checkSeen(label, run.calls, budget);
    }
  }

  /** What the world sees of a run: the first calls of the whole run, and none that the budget does not cover. */
  private checkSeen(label: string, calls: readonly HostCall[], budget: bigint): void {
    const expected = this.expectedCalls.slice(0, calls.length);
    this.same(`${label}: host calls`, callText(calls), callText(expected));
    for (const { text: call, spent } of calls) {
      if (spent > budget) this.found.push(`${label}: the host saw "${call}" when ${spent} had been spent`);
    }
  }

  private countTicks(ticked: Started): void {
    const ticks = exportedCounter(ticked.instance, TICK_GLOBAL);
    ticks.value = 0n;
    ticked.host.calls.length = 0;
    ticked.host.watchTicks(ticked.instance, TICK_GLOBAL);
    this.same('the oracle itself', text(outcomeOf(() => this.call(ticked))), text(this.expected));
    this.exact = ticks.value;
    this.expectedCalls = [...ticked.host.calls];
    this.tally.hostCalls += this.expectedCalls.length;
  }

  private run(metered: Started, budget: bigint): MeteredRun {
    const { instance, host } = metered;
    const fuel = exportedCounter(instance, this.meter.fuelGlobal);
    fuel.value = budget;
    host.calls.length = 0;
    host.watchFuel(instance, this.meter.fuelGlobal, budget);
    const outcome = outcomeOf(() => this.call(metered));
    return {
      outcome: meteredOutcome(outcome, fuel.value),
      spent: budget - fuel.value,
      state: stateOf(instance),
      calls: [...host.calls],
    };
  }

  private call({ instance, host }: Started): unknown {
    const target = exportedFunction(instance, this.name);
    host.reenter = () => target(...this.args);
    return target(...this.args);
  }

  private startAll(): readonly [Starting, Starting, Starting] {
    const { plain, ticked, metered } = this.modules;
    return [start(plain), start(ticked), start(metered)];
  }

  private same(what: string, actual: unknown, expected: unknown): void {
    if (actual === expected) return;
    this.found.push(`${what}: ${String(actual)}, expected ${String(expected)}`);
  }
}

/** A fresh instance with a host of its own, and how its start function ended. */
interface Starting {
  readonly host: Host;
  readonly instance: WebAssembly.Instance | undefined;
  readonly outcome: Outcome;
}

type Started = Starting & { readonly instance: WebAssembly.Instance };

function isStarted(starting: Starting): starting is Started {
  return starting.instance !== undefined;
}

function start(module: WebAssembly.Module): Starting {
  const host = new Host();
  let instance: WebAssembly.Instance | undefined;
  const outcome = outcomeOf(() => {
    instance = new WebAssembly.Instance(module, host.imports);
  });
  return { host, instance, outcome };
}

function argument(type: number, random: Random): unknown {
  const value = random.weighted([
    [3, random.between(-5, 20)],
    [1, random.u32() | 0],
  ]);
  if (type === 0x7e) return BigInt(value);
  return type === 0x7f ? value : value / 4;
}

function text(outcome: MeteredOutcome): string {
  switch (outcome.kind) {
    case 'returned':
      return `returned ${outcome.values.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join(' ')}`;
    case 'trapped':
      return `trapped: ${outcome.trap}`;
    case 'threw':
      return `threw: ${String(outcome.error)}`;
    case 'out_of_fuel':
    case 'stack_exhausted':
      return outcome.kind;
  }
}

function callText(calls: readonly HostCall[]): string {
  return calls.map(({ text: call, spent }) => `${call} @${spent}`).join('; ');
}

/** Everything exported that a later call could notice: globals, tables by length and which slots are null, memory. */
function stateOf(instance: WebAssembly.Instance): string {
  const parts: string[] = [];
  for (const [name, item] of Object.entries(instance.exports)) {
    if (/^g\d/.test(name) && item instanceof WebAssembly.Global) parts.push(`${name}=${valueOf(item)}`);
    if (item instanceof WebAssembly.Memory) parts.push(`${name}=${item.buffer.byteLength}:${digest(item.buffer)}`);
    if (item instanceof WebAssembly.Table) parts.push(`${name}=${nulls(item)}`);
  }
  return parts.join(' ');
}

function valueOf(global: WebAssembly.Global): string {
  try {
    return String(global.value);
  } catch {
    return 'vector';
  }
}

function nulls(table: WebAssembly.Table): string {
  let digits = '';
  for (let index = 0; index < table.length; index++) digits += table.get(index) === null ? '0' : '1';
  return `${table.length}:${digits}`;
}

function digest(buffer: ArrayBuffer): number {
  let hash = 0;
  for (const word of new Int32Array(buffer)) hash = (Math.imul(hash, 31) + word) | 0;
  return hash;
}
