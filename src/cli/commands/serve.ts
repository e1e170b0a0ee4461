import { spawn } from 'node:child_process';
import { defineCommand } from 'citty';
import { renderUnicodeCompact } from 'uqr';
import { launchServer, type RunningServer } from '../server/index.ts';
import { createTerminal, EXIT_CODES, type Terminal } from '../terminal/index.ts';
import { interruption } from './interruption.ts';
import { atAddress, inviteTo } from './invitation.ts';
import { wholeNumber } from './options.ts';
import { PROJECT_ROOT } from './project.ts';

const PORT_MAX = 65_535;

/** What `--json` prints once the server answers. */
interface Served {
  readonly url: string;
  readonly joinUrl: string;
  /** For other machines, most likely first; empty without --host. */
  readonly lanUrls: readonly string[];
  readonly lanJoinUrls: readonly string[];
  readonly mode: 'development' | 'production';
}

/** `grafos serve`, which is `npm start`: everything a fabric needs from a server, and an invitation. */
export const serve = defineCommand({
  meta: {
    name: 'serve',
    description:
      'Serve the page and introduce tabs to each other; prints a link to a fresh fabric. Example: grafos serve --host',
  },
  args: {
    port: { type: 'string', description: 'Port; without it the first free one from 5173 on', valueHint: 'number' },
    host: { type: 'boolean', description: 'Let other machines of the network join, over HTTPS', default: false },
    name: { type: 'string', description: 'Name of the fabric', default: 'home' },
    preview: { type: 'boolean', description: 'Build for production and serve that', default: false },
    open: { type: 'boolean', description: 'Open the link in the browser', default: true },
    json: { type: 'boolean', description: 'Print one JSON object when ready', default: false },
  },
  async run({ args }) {
    const terminal = createTerminal();
    const interrupted = interruption();
    const port = args.port === undefined ? undefined : wholeNumber('port', args.port, 0, PORT_MAX);
    const mode = args.preview ? 'production' : 'development';
    const server = await launchServer({
      root: PROJECT_ROOT,
      mode,
      isLan: args.host,
      ...(port === undefined ? {} : { port }),
      say: terminal.say,
    });
    try {
      const joinUrl = inviteTo(server.url, args.name);
      const lanJoinUrls = server.lanUrls.map((base) => atAddress(joinUrl, base));
      const served: Served = { url: server.url, joinUrl, lanUrls: server.lanUrls, lanJoinUrls, mode };
      if (args.json) terminal.print(JSON.stringify(served));
      else announce(terminal, server, served);
      if (args.open && !args.json && terminal.isInteractive && hasDisplay()) openInBrowser(joinUrl);
      await new Promise<void>((resolve) => interrupted.addEventListener('abort', () => resolve(), { once: true }));
    } finally {
      await server.close();
    }
    return EXIT_CODES.ok;
  },
});

function announce(terminal: Terminal, server: RunningServer, served: Served): void {
  const shared = served.lanJoinUrls[0] ?? served.joinUrl;
  const lines = [
    '',
    `  grafos is serving at ${server.url}`,
    '',
    '  Open this link in two tabs; each tab is a cell of the fabric:',
    `    ${served.joinUrl}`,
  ];
  if (served.lanJoinUrls.length > 0) {
    lines.push('', '  Other machines on this network:', ...served.lanJoinUrls.map((url) => `    ${url}`));
    lines.push(
      '',
      '  The certificate is one this server made for itself, so each browser warns once:',
      '  choose "Advanced", then "Proceed" (Safari: "Show details", then "visit this website").',
    );
  }
  lines.push('', indent(renderUnicodeCompact(shared, { ecc: 'L', border: 2 })), '', '  Stop with Ctrl-C.', '');
  terminal.print(lines.join('\n'));
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

function hasDisplay(): boolean {
  if (process.env['CI'] !== undefined) return false;
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}

/** Opens the link with the system's own opener. Without one nothing happens: the link is on the screen anyway. */
function openInBrowser(url: string): void {
  const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  };
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
