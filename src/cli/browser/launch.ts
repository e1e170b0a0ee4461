import type { Browser } from 'playwright-core';
import { CommandError } from '../terminal/index.ts';
import type { FoundBrowser } from './find.ts';
import { BROWSER_LIMITS } from './limits.ts';

/** Arguments for a browser that talks WebRTC to itself and computes without a graphics card. */
export function launchArguments(): readonly string[] {
  const isRoot = process.getuid?.() === 0;
  return [
    // Chromium's sandbox refuses to start for root; for everyone else it stays on.
    ...(isRoot ? ['--no-sandbox'] : []),
    '--no-first-run',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // With the media permission of the context: plain 127.0.0.1 candidates, found even where `lo` is the only interface.
    '--allow-loopback-in-peer-connection',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
  ];
}

/** Without one of these WebRTC hides host addresses behind multicast names, which many machines cannot resolve. */
export const CONTEXT_PERMISSIONS = ['camera', 'microphone'] as const;

/** Starts `found`. Fails with `browser_failed`. */
export async function launchBrowser(found: FoundBrowser, options: { readonly isHeaded: boolean }): Promise<Browser> {
  // It is slow to load, and most commands find a browser that is running.
  const { chromium } = await import('playwright-core');
  try {
    return await chromium.launch({
      executablePath: found.path,
      headless: !options.isHeaded,
      args: [...launchArguments()],
      timeout: BROWSER_LIMITS.launchDeadlineMs,
      // The command itself decides what Ctrl-C does, so that artifacts are written before the tabs go.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw CommandError.of('browser_failed', `${found.version} did not start: ${reason}`, { cause: error });
  }
}
