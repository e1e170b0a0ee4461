import { describe, expect, it } from 'vitest';
import { disagreements, emptyTally } from '../compare.ts';
import { ENGINE_HAS_TAIL_CALLS } from '../engine.ts';
import type { GeneratedModule } from '../generate/index.ts';
import { Random } from '../generate/random.ts';
import { METER } from '../meter.ts';

const I32 = 0x7f;

interface Regression {
  readonly what: string;
  /** The module in base64; its text, or what matters of it, stands above. */
  readonly wasm: string;
  readonly exports: GeneratedModule['exports'];
}

/** What the meter once got wrong, each as small as it could be made. */
const REGRESSIONS: readonly Regression[] = [
  // (func (export "f") return (drop (ref.func 0)))
  {
    what: 'ref.func in dead code, of a function that only its export declares',
    wasm: 'AGFzbQEAAAABBAFgAAADAgEABwUBAWYAAAoIAQYAD9IAGgs=',
    exports: [{ name: 'f', params: [] }],
  },
  // (func $f (export "f") (result i32) (drop (ref.func $f)) (return_call $g)) (func $g (result i32) …)
  {
    what: 'a tail call out of a function that code names',
    wasm: 'AGFzbQEAAAABBQFgAAF/AwMCAAAHBQEBZgAAChECBwDSABoSAQsHAEEBQQJqCw==',
    exports: [{ name: 'f', params: [] }],
  },
  // (table (export "t") 1 funcref) (elem (i32.const 0) $f) (func $f (export "f") … (return_call $g))
  {
    what: 'a tail call out of a function that the host finds in a table',
    wasm: 'AGFzbQEAAAABBQFgAAF/AwMCAAAEBAFwAAEHCQIBdAEAAWYAAAkHAQBBAAsBAAoOAgQAEgELBwBBAUECags=',
    exports: [
      { name: 'f', params: [] },
      { name: 't[0]', params: [] },
    ],
  },
  // (func $f (export "f") (result i32) (drop (ref.func $f)) (return_call $charge (i32.const 7)))
  {
    what: 'a tail call to a host that charges',
    wasm: 'AGFzbQEAAAABCgJgAX8Bf2AAAX8CDwEEaG9zdAZjaGFyZ2UAAAMCAQEHBQEBZgABCgsBCQDSARpBBxIACw==',
    exports: [{ name: 'f', params: [] }],
  },
  // (func $f (export "f") (param i32) (result i32) (return_call_indirect (type $t) (i32.const 7) (i32.const 1)))
  {
    what: 'an indirect tail call to a host that charges',
    wasm: 'AGFzbQEAAAABBgFgAX8BfwIPAQRob3N0BmNoYXJnZQAAAwIBAAQEAXAAAgcJAgF0AQABZgABCQgBAEEACwIBAAoLAQkAQQdBARMAAAs=',
    exports: [
      { name: 'f', params: [I32] },
      { name: 't[0]', params: [I32] },
    ],
  },
];

describe.runIf(ENGINE_HAS_TAIL_CALLS)('what the meter once got wrong', () => {
  it.each(REGRESSIONS)('$what', ({ wasm, exports }) => {
    const bytes = new Uint8Array(Buffer.from(wasm, 'base64'));
    for (let seed = 0; seed < 20; seed++) {
      expect(disagreements({ bytes, exports }, METER, new Random(seed), emptyTally())).toEqual([]);
    }
  });
});
