/** The page over fakes. `?scene=` picks what it shows, `&inputBytesMax=` how large an input may be. */
import type { Fabric, FabricSnapshot } from '../../../src/sdk/index.ts';
import { FabricApp } from '../../../src/ui/index.ts';
import { fakeDoors, refusal } from './fake-doors.ts';
import { FakeFabric } from './fake-fabric.ts';
import { cellId } from './fake-ids.ts';
import { busySnapshot, fakeCell, fakeLease, fakeSnapshot } from './fake-snapshots.ts';

const ADDRESS = '#/f/reading%20room?k=fake';

const scenes: Readonly<Record<string, () => Promise<Fabric>>> = {
  busy: () => joined(busySnapshot()),
  alone: () => joined(fakeSnapshot([fakeCell(0)])),
  servers: () => joined(fakeSnapshot([fakeCell(0)])),
  two: () =>
    joined(
      fakeSnapshot([fakeCell(0), fakeCell(1)], {
        leases: [fakeLease(1), fakeLease(2, { kind: 'mem', quantity: 33_554_432 })],
      }),
    ),
  eight: () =>
    joined(
      fakeSnapshot(eightCells(), {
        leases: [
          fakeLease(1, { lessor: cellId(4) }),
          fakeLease(2, { lessor: cellId(6), holder: cellId(3), kind: 'mem' }),
        ],
      }),
    ),
  crowd: () => joined(fakeSnapshot(Array.from({ length: 32 }, (_, index) => fakeCell(index)))),
  joining: () => new Promise(() => undefined),
  unreachable: () =>
    refusal(
      'signaling_unreachable',
      'The signaling service at https://localhost:5173/peerjs did not answer within 8 seconds.',
    ),
  isolation: () =>
    refusal('isolation_missing', 'This page is not cross-origin isolated, so it cannot share memory with its workers.'),
};

function joined(snapshot: FabricSnapshot): Promise<Fabric> {
  return Promise.resolve(new FakeFabric(snapshot));
}

function eightCells(): FabricSnapshot['cells'] {
  return Array.from({ length: 8 }, (_, index) => {
    if (index === 3) return fakeCell(index, { state: 'suspect' });
    return index === 5 ? fakeCell(index, { state: 'gone' }) : fakeCell(index, { slotsFree: index % 5 });
  });
}

const settings = new URLSearchParams(location.search);
const sceneName = settings.get('scene') ?? 'landing';
const inputBytesMax = Number(settings.get('inputBytesMax') ?? 16 * 1024 * 1024);
const scene = scenes[sceneName];
if (sceneName === 'badlink') location.hash = '#/f/reading%20room';
else if (scene) location.hash = ADDRESS;

const app = document.querySelector('fabric-app') ?? new FabricApp();
app.doors = fakeDoors(scene ?? (() => joined(fakeSnapshot([fakeCell(0)]))), { inputBytesMax });
document.body.append(app);
