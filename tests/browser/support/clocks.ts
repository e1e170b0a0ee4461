import { performance } from 'node:perf_hooks';
import type { Page } from '@playwright/test';

/** How far ahead of this process's clock a page's may be at least and at most. */
export interface ClockOffset {
  readonly leastMs: number;
  readonly mostMs: number;
}

const ROUNDS_MAX = 300;
/** Known well enough. */
const WIDTH_MS = 0.6;
/** What a page's clock is rounded by. */
const GRAIN_MS = 0.1;

/** Bounds a page's clock by question and answer: it was read after the one and before the other. */
export async function clockOffset(page: Page): Promise<ClockOffset> {
  const session = await page.context().newCDPSession(page);
  let leastMs = -Infinity;
  let mostMs = Infinity;
  for (let round = 0; round < ROUNDS_MAX && mostMs - leastMs > WIDTH_MS; round++) {
    const askedMs = performance.now();
    const { result } = await session.send('Runtime.evaluate', { expression: 'performance.now()' });
    const pageMs = Number(result.value);
    leastMs = Math.max(leastMs, pageMs - performance.now() - GRAIN_MS);
    mostMs = Math.min(mostMs, pageMs - askedMs + GRAIN_MS);
  }
  await session.detach();
  return { leastMs, mostMs };
}

/** The widest that an interval of the page's clock can be on this process's. */
export function onOurClock<Span extends { readonly fromMs: number; readonly toMs: number }>(
  { leastMs, mostMs }: ClockOffset,
  span: Span,
): Span {
  return { ...span, fromMs: span.fromMs - mostMs, toMs: span.toMs - leastMs };
}
