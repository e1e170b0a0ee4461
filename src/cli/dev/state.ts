import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';

const STATE_FILE = 'dev.json';
const ENVIRONMENT_VARIABLE = 'GRAFOS_STATE_DIR';
const OWNER_ONLY = 0o700;
const OWNER_ONLY_FILE = 0o600;

const stateSchema = v.object({
  version: v.literal(1),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  startedWallMs: v.number(),
  /** Address of the page. */
  url: v.string(),
  joinUrl: v.string(),
  cells: v.array(v.object({ id: v.string(), name: v.string() })),
  /** From the start of `dev up` to all cells seeing each other. */
  readyMs: v.number(),
  /** When each step was done, in milliseconds since that start. */
  timeline: v.record(v.string(), v.number()),
});

/** What the keeper wrote about itself. */
export type DevState = v.InferOutput<typeof stateSchema>;

/** The user's own folder for what runs now: GRAFOS_STATE_DIR, or one in the run-time or cache directory. */
export async function stateFolder(): Promise<string> {
  const folder = resolve(folderName());
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
  // The join link in it is a key.
  if (process.platform !== 'win32') await chmod(folder, OWNER_ONLY);
  return folder;
}

function folderName(): string {
  const { XDG_RUNTIME_DIR: runtime, XDG_CACHE_HOME: cache, LOCALAPPDATA: local, ...rest } = process.env;
  const named = rest[ENVIRONMENT_VARIABLE];
  if (named !== undefined && named !== '') return named;
  return join(runtime ?? cache ?? local ?? join(homedir(), '.cache'), 'grafos-web');
}

/** Where the keeper of this folder listens. */
export function socketPath(folder: string): string {
  if (process.platform !== 'win32') return join(folder, 'dev.sock');
  return `\\\\.\\pipe\\grafos-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
}

export function logPath(folder: string): string {
  return join(folder, 'dev.log');
}

/** Where builds of the page are kept from one fabric to the next. */
export function pagesFolder(folder: string): string {
  return join(folder, 'pages');
}

/** What is said to run; undefined when nothing is, or the file is of another version. */
export async function readDev(folder: string): Promise<DevState | undefined> {
  try {
    return v.parse(stateSchema, JSON.parse(await readFile(join(folder, STATE_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeDev(folder: string, state: DevState): Promise<void> {
  const partial = join(folder, `${STATE_FILE}.${process.pid}.part`);
  await writeFile(partial, `${JSON.stringify(state, null, 2)}\n`, { mode: OWNER_ONLY_FILE });
  await rename(partial, join(folder, STATE_FILE));
}

/** Removes what a keeper has left behind. */
export async function forgetDev(folder: string): Promise<void> {
  await rm(join(folder, STATE_FILE), { force: true });
  if (process.platform !== 'win32') await rm(socketPath(folder), { force: true });
}

/** Whether there is a process of this id. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
