import { utf8 } from '../../../src/core/index.ts';
import { ScriptedEngine } from '../../support/index.ts';
import { runEngineTests } from './contract.ts';

runEngineTests('the scripted twin', () => ({
  engine: new ScriptedEngine(2),
  echo: utf8('echo'),
  endless: utf8('hang'),
  rejected: utf8('no such script'),
}));
