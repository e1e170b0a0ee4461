import type { AtomicOperation, TaskletRegion } from '../../../../src/tasklet/index.ts';

/** One call of a region, as data. */
export type Step =
  | {
      readonly call: 'read' | 'write';
      readonly parts: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
    }
  | { readonly call: 'fill'; readonly offset: number; readonly length: number; readonly value: number }
  | { readonly call: 'atomic32'; readonly operation: AtomicOperation; readonly offset: number; readonly value: number }
  | { readonly call: 'atomic64'; readonly operation: AtomicOperation; readonly offset: number; readonly value: bigint }
  | { readonly call: 'exchange32'; readonly offset: number; readonly expected: number; readonly replacement: number }
  | { readonly call: 'exchange64'; readonly offset: number; readonly expected: bigint; readonly replacement: bigint }
  | { readonly call: 'wait'; readonly offset: number; readonly expected: number; readonly timeoutMs: number }
  | { readonly call: 'notify'; readonly offset: number; readonly count: number }
  | { readonly call: 'structure'; readonly bytes: Uint8Array; readonly capacity: number }
  | { readonly call: 'status' | 'query' | 'free' };

export type Script = readonly Step[];
export type Answer = unknown;

/** What a region answers to each step, and the bytes it gave. */
export function perform(region: TaskletRegion, script: Script): readonly Answer[] {
  return script.map((step): Answer => {
    switch (step.call) {
      case 'read': {
        const parts = step.parts.map(({ offset, bytes }) => ({ offset, bytes: new Uint8Array(bytes.length) }));
        return [region.read(parts), parts.map(({ bytes }) => bytes)];
      }
      case 'write':
        return region.write(step.parts);
      case 'fill':
        return region.fill(step.offset, step.length, step.value);
      case 'atomic32':
        return region.atomic32(step.operation, step.offset, step.value);
      case 'atomic64':
        return region.atomic64(step.operation, step.offset, step.value);
      case 'exchange32':
        return region.compareExchange32(step.offset, step.expected, step.replacement);
      case 'exchange64':
        return region.compareExchange64(step.offset, step.expected, step.replacement);
      case 'wait':
        return region.wait(step.offset, step.expected, step.timeoutMs);
      case 'notify':
        return region.notify(step.offset, step.count);
      case 'structure': {
        const answer = new Uint8Array(step.capacity);
        return [region.structure(step.bytes, answer), answer];
      }
      case 'status':
        return region.status();
      case 'query':
        return region.query();
      case 'free':
        return region.free();
    }
  });
}
