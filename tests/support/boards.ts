import { utf8, sha256, type Bytes, type CellId, type Signer } from '../../src/core/index.ts';
import { MemoryEndpoint, Switchboard, type HelloFault, type SessionEnd } from '../../src/transport/index.ts';
import { testEnv, type TestEnv } from './env.ts';
import { testSigner } from './signer.ts';
import type { ManualTime } from './time.ts';

/** A switchboard at a memory endpoint, with what its listeners heard. */
export interface TestBoard {
  readonly env: TestEnv;
  readonly signer: Signer;
  readonly endpoint: MemoryEndpoint;
  readonly board: Switchboard;
  readonly self: CellId;
  /** `joined <cell>`, `left <cell> <end>`, `refused <code> <role>`, in order. */
  readonly heard: string[];
}

export interface BoardOptions {
  /** Text of the fabric's key; equal for members of one fabric. */
  readonly fabric?: string;
  /** Tells a reloaded tab from its former self. */
  readonly session?: number;
  readonly signer?: Signer;
}

export const helloKeyOf = (fabric: string): Bytes => sha256(utf8(`fabric ${fabric}`));

export function testBoard(time: ManualTime, name: string, options: BoardOptions = {}): TestBoard {
  const session = new Uint8Array(8).fill(options.session ?? 1);
  const env = testEnv(time, `${name}/${session[0] ?? 0}`);
  const signer = options.signer ?? testSigner(name);
  const endpoint = new MemoryEndpoint(env);
  const board = new Switchboard(env, endpoint, { helloKey: helloKeyOf(options.fabric ?? 'ours'), signer, session });
  const heard: string[] = [];
  board.listen({
    joined: (cell: CellId) => heard.push(`joined ${cell}`),
    left: (cell: CellId, end: SessionEnd) => heard.push(`left ${cell} ${end}`),
    refused: (fault: HelloFault, role) => heard.push(`refused ${fault.code} ${role}`),
  });
  return { env, signer, endpoint, board, self: board.self, heard };
}

/** Links two boards and lets their hello run. Answers how to cut the link. */
export async function link(time: ManualTime, dialer: TestBoard, answerer: TestBoard): Promise<() => void> {
  const cut = dialer.endpoint.dial(answerer.endpoint);
  await time.advance(10);
  return cut;
}
