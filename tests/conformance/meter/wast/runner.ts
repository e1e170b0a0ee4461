import { invoke, hostReference, type InvokeOutcome } from './invoke.ts';
import { spectest } from './spectest.ts';
import { isNumeric, matches } from './values.ts';
import type { WastAction, WastCommand, WastScript, WastValue } from './suite.ts';

/** What became of one command: `pass`, `skip: why`, `refused: why`, or what happened instead. */
export type Verdict = string;

/** How modules reach the engine: as they are, or through the meter. */
export interface Preparation {
  prepare(bytes: Uint8Array): { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly refused: string };
  /** Called with each new instance, and with all of them before each action. */
  refill(instance: WebAssembly.Instance): void;
  /** Whether a trap of these instances was the bound on call depth. */
  isExhausted(instances: readonly WebAssembly.Instance[]): boolean;
}

/** As the script stands, on the engine alone. */
export const UNMETERED: Preparation = {
  prepare: (bytes) => ({ bytes: new Uint8Array(bytes) }),
  refill: () => undefined,
  isExhausted: () => false,
};

/** The verdict on every command of a script, in order. */
export function runScript(script: WastScript, preparation: Preparation): readonly Verdict[] {
  const run = new ScriptRun(script, preparation);
  return script.commands.map((command) => run.command(command));
}

type Acting = Extract<WastCommand, { action: WastAction }>;
type Rejecting = Extract<WastCommand, { module_type: string }>;

class ScriptRun {
  private readonly script: WastScript;
  private readonly preparation: Preparation;
  private readonly registered: Record<string, WebAssembly.ModuleImports> = { spectest: spectest() };
  private readonly named = new Map<string, WebAssembly.Instance | string>();
  private readonly instances: WebAssembly.Instance[] = [];
  /** The last module, or why there is none. */
  private current: WebAssembly.Instance | string = 'refused: no module yet';

  constructor(script: WastScript, preparation: Preparation) {
    this.script = script;
    this.preparation = preparation;
  }

  command(command: WastCommand): Verdict {
    switch (command.type) {
      case 'module':
        return this.module(command.filename, command.name);
      case 'register':
        return this.register(command.as, command.name);
      case 'action':
        return this.expect(command, (outcome) => outcome.kind === 'returned');
      case 'assert_return':
        return this.expect(command, (outcome) => returns(outcome, command.expected));
      case 'assert_trap':
        return this.expect(command, (outcome) => outcome.kind === 'trapped');
      case 'assert_exhaustion':
        return this.expect(command, (outcome) => outcome.kind === 'stack_exhausted');
      case 'assert_malformed':
      case 'assert_invalid':
        return this.rejected(command);
      case 'assert_unlinkable':
      case 'assert_uninstantiable':
        return this.fails(command);
    }
  }

  private module(filename: string, name: string | undefined): Verdict {
    const prepared = this.preparation.prepare(this.script.bytesOf(filename));
    this.current = 'refused' in prepared ? `refused: ${prepared.refused}` : this.instantiate(prepared.bytes);
    if (name !== undefined) this.named.set(name, this.current);
    return typeof this.current === 'string' ? this.current : 'pass';
  }

  private instantiate(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Instance | string {
    try {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), this.registered);
      this.preparation.refill(instance);
      this.instances.push(instance);
      return instance;
    } catch (error) {
      return `refused by the engine: ${String(error)}`;
    }
  }

  private register(as: string, name: string | undefined): Verdict {
    const instance = this.find(name);
    if (typeof instance === 'string') return instance;
    this.registered[as] = instance.exports;
    return 'pass';
  }

  private find(name: string | undefined): WebAssembly.Instance | string {
    if (name === undefined) return this.current;
    return this.named.get(name) ?? `refused: no module ${name}`;
  }

  private expect({ action, expected }: Acting, holds: (outcome: InvokeOutcome) => boolean): Verdict {
    const instance = this.find(action.module);
    if (typeof instance === 'string') return instance;
    for (const one of this.instances) this.preparation.refill(one);
    const outcome = action.type === 'get' ? getGlobal(instance, action.field) : this.call(instance, action, expected);
    return holds(outcome) ? 'pass' : describe(outcome);
  }

  private call(instance: WebAssembly.Instance, action: WastAction, results: readonly WastValue[]): InvokeOutcome {
    const outcome = invoke(instance, action.field, action.args ?? [], results);
    const exhausted = outcome.kind === 'trapped' && this.preparation.isExhausted(this.instances);
    return exhausted ? { kind: 'stack_exhausted' } : outcome;
  }

  /** A module that nobody may accept: neither the engine nor, when there is one, the meter. */
  private rejected(command: Rejecting): Verdict {
    if (command.module_type === 'text') return 'skip: malformed text, not a binary';
    const bytes = this.script.bytesOf(command.filename);
    const prepared = this.preparation.prepare(bytes);
    if ('refused' in prepared) return 'pass';
    return WebAssembly.validate(prepared.bytes) ? 'accepted' : this.preparation === UNMETERED ? 'pass' : 'metered';
  }

  /** A valid module that cannot be linked, or whose start traps. */
  private fails(command: Rejecting): Verdict {
    const prepared = this.preparation.prepare(this.script.bytesOf(command.filename));
    if ('refused' in prepared) return `refused: ${prepared.refused}`;
    try {
      new WebAssembly.Instance(new WebAssembly.Module(prepared.bytes), this.registered);
      return 'instantiated';
    } catch (error) {
      const wanted = command.type === 'assert_unlinkable' ? WebAssembly.LinkError : WebAssembly.RuntimeError;
      return error instanceof wanted ? 'pass' : `threw ${String(error)}`;
    }
  }
}

function getGlobal(instance: WebAssembly.Instance, field: string): InvokeOutcome {
  const global = instance.exports[field];
  if (!(global instanceof WebAssembly.Global)) return { kind: 'threw', error: new Error(`no global ${field}`) };
  const value: unknown = global.value;
  return { kind: 'returned', values: [typeof value === 'number' ? int32(value) : { reference: value }] };
}

function int32(value: number): Uint8Array {
  return new Uint8Array(new Int32Array([value]).buffer);
}

function returns(outcome: InvokeOutcome, expected: readonly WastValue[]): boolean {
  if (outcome.kind !== 'returned' || outcome.values.length !== expected.length) return false;
  return expected.every((value, index) => {
    const actual = outcome.values[index];
    if (actual instanceof Uint8Array) return isNumeric(value.type) && matches(actual, value);
    if (actual === undefined || isNumeric(value.type)) return false;
    // A funcref with no value stands for any function.
    return value.value === undefined
      ? typeof actual.reference === 'function'
      : actual.reference === hostReference(value);
  });
}

function describe(outcome: InvokeOutcome): Verdict {
  switch (outcome.kind) {
    case 'returned':
      return `returned ${outcome.values.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value.reference))).join(' ')}`;
    case 'trapped':
      return `trapped: ${outcome.trap}`;
    case 'stack_exhausted':
      return 'stack_exhausted';
    case 'threw':
      return `threw ${String(outcome.error)}`;
  }
}
