/** What a page needs to be some cells at a signaling service: bundled and loaded there. */
import { LinkBirths, LocalDoor, Offers, signalingAddress } from '../../../src/browser/page/signaling/index.ts';
import { PeerDoor } from '../../../src/browser/page/signaling/peer-door.ts';
import type { FabricFailure, Result } from '../../../src/core/index.ts';

interface Cell {
  readonly door: PeerDoor | LocalDoor;
  readonly births: LinkBirths;
  links: number;
}

const cells: Cell[] = [];
const random = { bytes: (sizeBytes: number) => crypto.getRandomValues(new Uint8Array(sizeBytes)) };

function wordOf<T>(result: Result<T, FabricFailure>): 'ok' | FabricFailure['code'] {
  return result.ok ? 'ok' : result.error.code;
}

function cellAt(index: number): Cell {
  const cell = cells[index];
  if (!cell) throw new Error('no such cell in this page');
  return cell;
}

/** A cell under this name, at the PeerServer of this origin or, by itself, among the tabs of this browser. */
export function make(kind: 'peer' | 'local', name: string): number {
  const births = new LinkBirths((message) => {
    if (message.kind === 'link.connected') cell.links++;
  });
  const address = signalingAddress(undefined, location.origin);
  if (!address.ok) throw new Error(address.error.message);
  const stateChanged = (): void => undefined;
  const door =
    kind === 'peer'
      ? new PeerDoor(name, { address: address.value, offers: new Offers(births, []), random, stateChanged })
      : new LocalDoor(name, 'conformance', new Offers(births, []), random);
  const cell: Cell = { door, births, links: 0 };
  return cells.push(cell) - 1;
}

export async function open(index: number): Promise<string> {
  return wordOf(await cellAt(index).door.open());
}

export async function claim(index: number, name: string): Promise<string> {
  const claimed = await cellAt(index).door.claim(name);
  return claimed.ok ? claimed.value : claimed.error.code;
}

export function release(index: number, name: string): void {
  cellAt(index).door.release(name);
}

/** What there was to meet: the names that are taken, and the one that this cell now keeps. */
export async function meet(index: number, names: readonly string[]): Promise<readonly [readonly string[], string]> {
  const met = await cellAt(index).door.meet(names);
  if (!met.ok) throw new Error(met.error.message);
  return [met.value.taken, met.value.claimed ?? ''];
}

export function dial(index: number, names: readonly string[]): Promise<string[]> {
  return Promise.all(names.map(async (name) => wordOf(await cellAt(index).door.dial(name))));
}

export function links(index: number): number {
  return cellAt(index).links;
}

export function leave(index: number): void {
  cellAt(index).door.close();
  cellAt(index).births.closeAll();
}
