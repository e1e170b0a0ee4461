import { networkInterfaces } from 'node:os';

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
