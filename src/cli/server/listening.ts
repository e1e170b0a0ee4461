import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../terminal/index.ts';
import { SERVER_LIMITS } from './limits.ts';

/** The port asked for, or the first free one. Fails with `port_in_use`. */
export async function choosePort(wanted: number | undefined, host: string): Promise<number> {
  if (wanted !== undefined) {
    if (await isFree(wanted, host)) return wanted;
    throw portInUse(wanted);
  }
  const { portFirst, portsTried } = SERVER_LIMITS;
  for (let port = portFirst; port < portFirst + portsTried; port++) if (await isFree(port, host)) return port;
  throw CommandError.of('port_in_use', `The ports ${portFirst} to ${portFirst + portsTried - 1} are all in use.`);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

export function portInUse(port: number): CommandError {
  return CommandError.of('port_in_use', `Port ${port} is in use by another program, or may not be used by this one.`);
}

/** IPv4 addresses under which other machines may reach this one; those of container bridges last. */
export function lanAddresses(): readonly string[] {
  const found: { readonly address: string; readonly isBridge: boolean }[] = [];
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    for (const { address, family, internal } of addresses ?? []) {
      // 169.254.x.y is what a machine gives itself when nobody answers: not an address to invite people to.
      if (family !== 'IPv4' || internal || address.startsWith('169.254.')) continue;
      found.push({ address, isBridge: /^(docker|br-|veth|virbr|vmnet|vEthernet)/.test(name) });
    }
  }
  found.sort((left, right) => Number(left.isBridge) - Number(right.isBridge));
  return found.map(({ address }) => address);
}

/** A self-signed certificate, kept for as long as it is valid so that a browser has to be told only once. */
export async function certificateOf(root: string): Promise<{ readonly cert: string; readonly key: string }> {
  const folder = join(root, '.grafos', 'certificate');
  await mkdir(folder, { recursive: true });
  const { getCertificate } = await import('@vitejs/plugin-basic-ssl');
  const pem = await getCertificate(folder, 'grafos-web', [], SERVER_LIMITS.certificateDays);
  return { cert: pem, key: pem };
}
