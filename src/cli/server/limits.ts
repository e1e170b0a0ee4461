/** Bounds of the signaling service, each with its unit. A PeerServer by itself has none. */
export const SIGNALING_LIMITS = {
  /** An offer with many candidates is about 4 KiB; nothing honest is larger than this. */
  messageBytesMax: 64 * 1024,
  /** Tabs waiting for introductions at one server. */
  clientsMax: 1_024,
  /** Tabs from one network address: a school class behind one router fits. */
  clientsPerAddressMax: 512,
  /** What one tab may send in one window: joining 31 cells at once takes some 400 messages. */
  windowMs: 10_000,
  messagesPerWindowMax: 2_000,
  bytesPerWindowMax: 4 * 1024 * 1024,
  /** Address, id, token and key of a connection request. */
  requestUrlCharactersMax: 1_024,
} as const;

/** Bounds of starting and stopping. */
export const SERVER_LIMITS = {
  portFirst: 5_173,
  /** Ports tried after the first one when none was asked for. */
  portsTried: 20,
  closeDeadlineMs: 3_000,
  /** Editors write a file in several steps; the programs are built once after the last. */
  rebuildDelayMs: 150,
  certificateDays: 30,
} as const;
