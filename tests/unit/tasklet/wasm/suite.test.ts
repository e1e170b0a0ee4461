import { describe, expect, it } from 'vitest';
import { findSuite, loadScript, scriptNames, type WastScript } from '../../../conformance/meter/wast/suite.ts';
import { denialOf } from './verdict.ts';

const suite = findSuite();

/** Lines of the script whose binary module we judge otherwise than the script does. */
function misjudged(script: WastScript): readonly string[] {
  return script.commands.flatMap((command) => {
    if (!('filename' in command)) return [];
    if ('module_type' in command && command.module_type === 'text') return [];
    const denial = denialOf(script.bytesOf(command.filename));
    const mustRefuse = command.type === 'assert_invalid' || command.type === 'assert_malformed';
    if (mustRefuse === (denial !== undefined)) return [];
    return [`${script.name}:${command.line} ${command.type}: ${denial?.message ?? 'accepted'}`];
  });
}

describe.skipIf('missing' in suite)('the WebAssembly test suite', () => {
  const folder = 'folder' in suite ? suite.folder : '';

  it.each('folder' in suite ? scriptNames(folder) : [])('%s is judged as its script says', (name) => {
    const script = loadScript(folder, name);
    if ('unreadable' in script) return;
    expect(misjudged(script)).toEqual([]);
  });
});
