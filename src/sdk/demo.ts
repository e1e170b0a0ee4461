import type { Bytes, RunId } from '../core/index.ts';
import type { Fabric } from './fabric.ts';
import type { Program } from './program.ts';

/** What a program shows that takes more than single runs: it is given a fabric, and does with it what anyone could. */
export type ProgramDemo = (stage: DemoStage) => Promise<DemoOutcome>;

export interface DemoStage {
  readonly fabric: Fabric;
  readonly program: Program;
  /** What to use in place of the program's own fixture. */
  readonly input?: string;
  /** What is at a URL of the program: a module, a fixture. */
  readonly fetchBytes: (url: string) => Promise<Bytes>;
}

/** What came of it, as plain data. */
export interface DemoOutcome {
  /** Whether it came out as the program says it does. */
  readonly isAsExpected: boolean;
  /** What there is to say, by name. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** The runs it made; their artifacts are kept by these ids. */
  readonly runs: readonly RunId[];
}

/** What a program's own view is given: an element of the page, which sees the fabric as any program does. */
export interface ViewStage {
  readonly fabric: Fabric;
  readonly program: Program;
  /** What is at a URL of the program: a module, a fixture. */
  readonly fetchBytes: (url: string) => Promise<Bytes>;
  /** The LeaseRef that led here, where one did. */
  readonly ref?: string;
  /** Has the page offer a lease to others: as a text, a link and a QR code. */
  readonly share: (lease: SharedLease) => void;
}

export interface SharedLease {
  /** What is lent, as the end of "Share …". */
  readonly title: string;
  readonly ref: string;
}
