import type { TokenKey } from '../../capability/index.ts';
import type { AuditSink, CellMemory, Store } from '../../cell/index.ts';
import type { Env, Signer } from '../../core/index.ts';
import type { SignedPolicy, StewardKey } from '../../steward/index.ts';
import type { Signaling } from '../../membership/index.ts';
import type { TaskletEngine } from '../../tasklet/index.ts';
import type { Secrecy, Transport } from '../../transport/index.ts';
import type { Artifacts, FabricInvitation, FabricSnapshot, LeaseEvent } from '../index.ts';

/** All that a host is made of: its doors to the world, and what it was told when it joined. */
export interface HostDeps {
  readonly env: Env;
  readonly signer: Signer;
  readonly transport: Transport;
  readonly signaling: Signaling;
  /** What links through other cells need; there are none without. */
  readonly secrecy?: Secrecy;
  /** What the page shows of the signaling service. */
  readonly signalingUrl: string;
  readonly engine: TaskletEngine;
  readonly artifacts: Store<Artifacts>;
  readonly memoryBytes: number;
  /** How regions are made and used; as the cell's thread alone can when absent. */
  readonly memory?: CellMemory;
  readonly invitation: FabricInvitation;
  readonly pageUrl: string;
  readonly name: string;
  /** Hands a snapshot out; called at most once every `PUBLISH_EVERY_MS`. */
  readonly publish: (snapshot: FabricSnapshot) => void;
  /** Hands lease events out as they happen. */
  readonly leaseHappened?: (event: LeaseEvent) => void;
  /** Seals capability tokens; a key that lasts as long as this cell when absent. */
  readonly tokenKey?: TokenKey;
  /** The key of the fabric's steward, where this profile has it. */
  readonly stewardKey?: StewardKey;
  /** Policies by fabric, where they outlive the tab; only in memory when absent. */
  readonly policies?: Store<SignedPolicy>;
  /** Seals what happens to leases; nothing does when absent. */
  readonly audit?: AuditSink;
}
