import { describe, expect, test } from 'vitest';
import type { Binding } from '../../../src/lease/index.ts';
import {
  HEADER_BYTES,
  LocalRegion,
  MEMORY_STATUS,
  RegionMemory,
  type RegionBuffer,
} from '../../../src/memory/index.ts';
import { errorOf, present, valueOf } from '../../support/index.ts';
import { testThread } from './thread.ts';

function memoryOf(totalBytes: number): { memory: RegionMemory; made: RegionBuffer[] } {
  const made: RegionBuffer[] = [];
  const memory = new RegionMemory(totalBytes, (sizeBytes) => {
    const buffer = new SharedArrayBuffer(sizeBytes);
    made.push(buffer);
    return buffer;
  });
  return { memory, made };
}

const open = (memory: RegionMemory, binding: Binding): LocalRegion =>
  new LocalRegion(valueOf(memory.open(binding, 1)), binding.epoch, testThread());

describe('memory as a resource', () => {
  test('makes bytes only for leases that are used as regions, once each', () => {
    const { memory, made } = memoryOf(1_000);
    const binding = valueOf(memory.acquire(100));
    expect(made).toEqual([]);
    expect(valueOf(memory.open(binding, 1))).toBe(valueOf(memory.open(binding, 2)));
    expect(made.map(({ byteLength }) => byteLength)).toEqual([HEADER_BYTES + 104]);
  });

  test.each([
    ['freed', MEMORY_STATUS.leaseExpired],
    ['expired', MEMORY_STATUS.leaseExpired],
    ['revoked', MEMORY_STATUS.revoked],
    ['fenced', MEMORY_STATUS.fenced],
  ] as const)('tells whoever shares the bytes that the lease was %s, and zeroes them', (end, status) => {
    const { memory, made } = memoryOf(1_000);
    const binding = valueOf(memory.acquire(100));
    const region = open(memory, binding);
    region.fill(0, 100, 7);
    memory.cut(binding, end);
    expect(region.status()).toBe(status);
    expect(new Uint8Array(present(made[0]), HEADER_BYTES).every((byte) => byte === 0)).toBe(true);
  });

  test('says fenced in the end when a teardown was not confirmed', () => {
    const { memory } = memoryOf(1_000);
    const binding = valueOf(memory.acquire(100));
    const region = open(memory, binding);
    memory.cut(binding, 'expired');
    memory.cut(binding, 'fenced');
    expect(region.status()).toBe(MEMORY_STATUS.fenced);
  });

  test('never gives the bytes of one lease to another, and nothing of them', () => {
    const { memory, made } = memoryOf(100);
    const first = valueOf(memory.acquire(100));
    const old = open(memory, first);
    old.fill(0, 100, 7);
    memory.cut(first);
    memory.release(first);
    const second = valueOf(memory.acquire(100));
    const region = open(memory, second);
    expect(made.length).toBe(2);
    expect(region.bytes.every((byte) => byte === 0)).toBe(true);
    expect(old.write(0, new Uint8Array([1]))).not.toBe(MEMORY_STATUS.ok);
    expect(region.bytes[0]).toBe(0);
  });

  test('refuses, typed, when the host has no such piece', () => {
    const memory = new RegionMemory(100, () => undefined);
    const binding = valueOf(memory.acquire(100));
    expect(errorOf(memory.open(binding, 1)).code).toBe('capacity_exceeded');
    memory.cut(binding);
    memory.release(binding);
    expect(memory.capacity()).toEqual({ total: 100, free: 100 });
  });
});
