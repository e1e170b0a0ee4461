import { MemoryStore } from '../../../src/cell/index.ts';
import { runStoreTests } from './contract.ts';

runStoreTests('the memory twin', () => new MemoryStore(3));
