import { RegionMemory } from '../../../src/memory/index.ts';
import { runProviderTests } from './contract.ts';

runProviderTests('bytes of regions', () => new RegionMemory(10, (sizeBytes) => new ArrayBuffer(sizeBytes)));
