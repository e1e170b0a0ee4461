import { generateKeyPairSync } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { CommandError, reasonOf } from '../terminal/index.ts';

const OWNER_ONLY_FILE = 0o600;
const OTHERS = 0o077;
const BEGINNING = '-----BEGIN PRIVATE KEY-----';

/** The option by which a command that founds a fabric is told with which key. */
export const FOUNDING_ARGS = {
  'steward-key': {
    type: 'string',
    description: "File of the steward's key, made if it is not there: who has it sets the fabric's rules from anywhere",
    valueHint: 'steward.pem',
  },
} as const;

/** The steward's key of a file, as PKCS #8 in PEM. Fails with `file_unreadable` or `argument_invalid`. */
export async function readStewardKey(path: string, say: (text: string) => void): Promise<string> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
      say(`Others on this machine may read ${path}, and with it set the fabric's rules: chmod 600 ${path}`);
    }
  } catch (error) {
    throw CommandError.of('file_unreadable', `${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  if (pem.trimStart().startsWith(BEGINNING)) return pem;
  const message = `${path} holds no steward's key: an Ed25519 key as PKCS #8 in PEM begins with ${BEGINNING}`;
  throw CommandError.of('argument_invalid', `${message}.`);
}

/** The key of a file, or a fresh one that is written there for its owner alone. */
export async function stewardKeyAt(path: string, say: (text: string) => void): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  try {
    await writeFile(path, pem, { mode: OWNER_ONLY_FILE, flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return readStewardKey(path, say);
    throw CommandError.of('file_unwritable', `${path} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
  say(`${path} is the key of this fabric's steward: whoever has that file sets its rules. Keep it to yourself.`);
  return pem;
}
