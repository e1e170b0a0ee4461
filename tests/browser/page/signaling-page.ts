/** What a page needs to be some cells at a signaling service: bundled and loaded there. */
import {
  BesideDoor,
  LinkBirths,
  LocalDoor,
  Offers,
  PeerDoor,
  signalingAddress,
} from '../../../src/browser/page/signaling/index.ts';
import { HandLinks } from '../../../src/browser/page/signaling/by-hand/index.ts';
import { realEnv } from '../../../src/browser/both/index.ts';
import { freshId, isFabricId, isRunId, type FabricFailure, type Result } from '../../../src/core/index.ts';
import type { HandInvitationParts } from '../../../src/sdk/index.ts';

interface Cell {
  readonly door: PeerDoor | LocalDoor | BesideDoor;
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

/** A cell under this name: at the PeerServer of this origin, by itself among the tabs of this browser, or both. */
export function make(kind: 'peer' | 'local' | 'beside', name: string): number {
  const linked = new Set<number>();
  const births = new LinkBirths((message) => {
    if (message.kind === 'link.path') cell.links = linked.add(message.linkId).size;
  });
  const address = signalingAddress(undefined, location.origin);
  if (!address.ok) throw new Error(address.error.message);
  const stateChanged = (): void => undefined;
  const offers = new Offers(births, []);
  const far = (): PeerDoor => new PeerDoor(name, { address: address.value, offers, random, stateChanged });
  const near = (): LocalDoor => new LocalDoor(name, 'conformance', offers, random);
  const doors = {
    peer: far,
    local: near,
    beside: () => new BesideDoor(far(), { door: near(), meetingPoint: 'conformance/beside', isOpen: true }),
  };
  const door = doors[kind]();
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

interface HandCell {
  readonly links: HandLinks;
  readonly invitations: HandInvitationParts[];
  linked: number;
  aheadMs: number;
}

const hands: HandCell[] = [];

function handAt(index: number): HandCell {
  const hand = hands[index];
  if (!hand) throw new Error('no such cell in this page');
  return hand;
}

/** A cell of the fabric that is named by that character, whose links are made by hand. */
export function makeHand(fabric: string): number {
  const id = fabric.repeat(32);
  if (!isFabricId(id)) throw new Error('no fabric id');
  const linked = new Set<number>();
  const births = new LinkBirths((message) => {
    if (message.kind === 'link.path') hand.linked = linked.add(message.linkId).size;
  });
  const env = realEnv('page');
  const clock = { nowMs: () => env.clock.nowMs(), wallMs: () => env.clock.wallMs() + hand.aheadMs };
  const links = new HandLinks({ births, iceServers: [], fabric: id, env: { ...env, clock } });
  const hand: HandCell = { links, invitations: [], linked: 0, aheadMs: 0 };
  return hands.push(hand) - 1;
}

export async function handInvite(index: number): Promise<object> {
  const { links, invitations } = handAt(index);
  const made = await links.invite();
  return made.ok ? { invitation: invitations.push(made.value) - 1, text: made.value.code } : made.error;
}

export function handCancel(index: number, invitation: number): void {
  handAt(index).invitations[invitation]?.cancel();
}

export async function handAnswer(index: number, text: string): Promise<object> {
  const answer = await handAt(index).links.answer(text);
  return answer.ok ? { text: answer.value.code } : answer.error;
}

export async function handAccept(index: number, invitation: number, text: string): Promise<object | 'ok'> {
  const accepted = await handAt(index).invitations[invitation]?.accept(text);
  if (!accepted) throw new Error('no such invitation');
  return accepted.ok ? 'ok' : accepted.error;
}

export function handLinks(index: number): number {
  return handAt(index).linked;
}

export function handClock(index: number, aheadMs: number): void {
  handAt(index).aheadMs = aheadMs;
}

/**
 * Two ends in this page link, have ICE restarted, and are told by a stranger to do it again. Answers whether the restarts were
 * agreed on, and how often the far end agreed after each step.
 */
export async function restarts(): Promise<readonly (boolean | number)[]> {
  const dial = freshId(random, isRunId);
  const secret = random.bytes(32);
  const [near, far] = [end(), end()];
  const said: string[] = [];
  let agreed = 0;
  const toNear = (text: string): void => {
    if (text.includes('"agreed"')) agreed++;
    void near.offers.received(dial, text, toFar);
  };
  const toFar = (text: string): void => {
    said.push(text);
    void far.offers.received(dial, text, toNear);
  };
  await near.offers.dial(dial, toFar);
  const found: (boolean | number)[] = [(await near.offers.restart(dial, toFar)).ok];
  // The first link of each.
  for (const { births } of [near, far]) births.proven(1, secret);
  found.push((await near.offers.restart(dial, toFar)).ok, agreed);
  const again = JSON.parse(said.find((text) => text.includes('"again"')) ?? '{}') as object;
  for (const change of [{}, { tried: 9 }, { tried: 9, ufrag: 'evil' }, { kind: 'restart', tried: 9 }]) {
    const { offers } = 'kind' in change ? near : far;
    await offers.received(dial, JSON.stringify({ ...again, ...change }), 'kind' in change ? toFar : toNear);
  }
  found.push(agreed, (await far.offers.restart(dial, toNear)).ok, agreed);
  for (const { births } of [near, far]) births.closeAll();
  return found;
}

function end(): { readonly births: LinkBirths; readonly offers: Offers } {
  const births = new LinkBirths(() => undefined);
  return { births, offers: new Offers(births, []) };
}
