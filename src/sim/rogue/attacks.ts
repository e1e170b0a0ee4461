import { contentHash, err, freshId, isRunId, ok, shortId, type Bytes, type Result } from '../../core/index.ts';
import { BatchWriter, setSession } from '../../memory/index.ts';
import { REQUEST, type Refusal, type RunOrderMessage } from '../../wire/index.ts';
import type { Violations } from '../check/index.ts';
import { moduleOf } from '../ports/index.ts';
import type { Prng } from '../prng.ts';
import type { EventQueue } from '../time/index.ts';
import { Forgeries } from './forgeries.ts';
import { isOver, renew, stolen, type Loot, type StolenLease } from './loot.ts';
import type { Rogue } from './rogue.ts';

const LOOT_MAX = 8;
const MIB = 1024 * 1024;
/** Of its attacks so many are on the steward. */
const FORGES = 0.08;
/** A run that ends only when something ends it. */
const ENDLESS = moduleOf({ durationMs: 1, fuel: 1, ending: 'hang', outputBytes: 0 });

/** What the rogue tries: leases taken like anybody's, then used after their end, with old or mangled tokens, or crosswise. */
export class Attacks {
  readonly #rogue: Rogue;
  readonly #queue: EventQueue;
  readonly #prng: Prng;
  readonly #violations: Violations;
  readonly #module: ReturnType<typeof contentHash>;
  readonly #forgeries: Forgeries;
  #loot: readonly Loot[] = [];

  constructor(rogue: Rogue, queue: EventQueue, prng: Prng, violations: Violations) {
    this.#rogue = rogue;
    this.#queue = queue;
    this.#prng = prng;
    this.#violations = violations;
    this.#forgeries = new Forgeries(rogue, prng.split('forgeries'), violations);
    this.#module = contentHash(ENDLESS);
    rogue.contents.set(this.#module, ENDLESS);
  }

  /** Tries something; answers it in words. */
  act(): string {
    if (this.#prng.chance(FORGES)) return this.#forge();
    const loot = this.#prng.pick(this.#loot);
    if (!loot || this.#prng.chance(0.3)) return this.#take();
    const what = isOver(loot, this.#queue.nowMs) ? this.#misuse(loot) : this.#use(loot);
    return `${what} at ${loot.from.name}`;
  }

  #forge(): string {
    const tab = this.#rogue.victim();
    return tab ? this.#forgeries.act(tab) : 'looks for a victim';
  }

  #take(): string {
    const tab = this.#rogue.victim();
    if (!tab) return 'looks for a victim';
    const runId = freshId(this.#prng, isRunId);
    const ttlMs = Math.round(this.#prng.between(150, 3_000));
    const wishes = [
      { kind: 'cpu' as const, quantity: 1, ttlMs },
      { kind: 'mem' as const, quantity: MIB, ttlMs },
    ];
    const lessor = tab.host.self;
    void this.#rogue.board.call(lessor, REQUEST.leaseRequest, { wishes, runId }).then((answer) => {
      const [cpu, mem] = answer.ok ? answer.value.grants : [];
      if (!cpu || !mem) return;
      const { nowMs } = this.#queue;
      const loot: Loot = { from: tab, lessor, runId, cpu: stolen(cpu, nowMs), mem: stolen(mem, nowMs), isFreed: false };
      this.#loot = [...this.#loot.slice(1 - LOOT_MAX), loot];
      this.#lateRenewal(loot);
    });
    return `asks ${tab.name} for leases`;
  }

  /** A renewal that comes about when the lease runs out: just in time or a moment late, the lessor knows which. */
  #lateRenewal(loot: Loot): void {
    const afterMs = loot.cpu.overAtMs - this.#queue.nowMs - this.#prng.between(0, 25);
    this.#queue.after(afterMs, 'act', this.#rogue, 'renews at the last moment', () => void this.#renew(loot, loot.cpu));
  }

  /** Something with live leases; some of it is allowed. */
  #use(loot: Loot): string {
    const { cpu, mem } = loot;
    const token = this.#prng.pick([...cpu.stale, mangled(cpu.token, this.#prng), mem.token]) ?? mem.token;
    switch (this.#prng.below(8)) {
      case 7:
        void this.#openRegion(loot);
        return 'opens the memory';
      case 0:
        void this.#renew(loot, cpu);
        return 'renews';
      case 1:
        void this.#submit(loot, cpu, mem);
        return 'submits';
      case 2:
        void this.#free(loot);
        return 'gives back';
      case 3:
        this.#refused('tokens are checked', loot, this.#renewal(loot, cpu, token));
        return 'renews with a wrong token';
      case 4:
        this.#refused('tokens are checked', loot, this.#order(loot, { ...cpu, token }, mem));
        return 'submits with a wrong token';
      case 5:
        this.#refused('tokens are checked', loot, this.#open(loot, { ...cpu, token }));
        return 'opens with a wrong token';
      default:
        this.#refused('leases are of one kind', loot, this.#order(loot, mem, cpu));
        return 'submits with the leases crossed';
    }
  }

  /** Something with leases that are over: all of it has to be refused. */
  #misuse(loot: Loot): string {
    const { cpu, mem } = loot;
    const rule = loot.isFreed ? 'freed is over' : 'nothing succeeds after the end';
    if (loot.region !== undefined && this.#prng.chance(0.5)) {
      this.#refused('no bytes after the end', loot, this.#load(loot, loot.region));
      return 'reads bytes of what is over';
    }
    switch (this.#prng.below(3)) {
      case 0:
        this.#refused('expired is never renewed', loot, this.#renewal(loot, cpu, cpu.token));
        return 'renews what is over';
      case 1:
        this.#refused(rule, loot, this.#order(loot, cpu, mem));
        return 'submits on what is over';
      default:
        this.#refused(rule, loot, this.#open(loot, mem));
        return 'opens what is over';
    }
  }

  async #renew(loot: Loot, lease: StolenLease): Promise<void> {
    const answer = await this.#renewal(loot, lease, lease.token);
    if (answer.ok) renew(lease, answer.value.grant, this.#queue.nowMs);
  }

  #renewal({ lessor }: Loot, { leaseId, generation }: StolenLease, token: Bytes) {
    return this.#rogue.board.call(lessor, REQUEST.leaseRenew, { leaseId, generation, token });
  }

  #open({ lessor }: Loot, { leaseId, token }: StolenLease): Promise<Result<unknown, Refusal>> {
    return this.#rogue.board.call(lessor, REQUEST.leaseOpen, { leaseId, token });
  }

  async #openRegion(loot: Loot): Promise<void> {
    const { leaseId, token } = loot.mem;
    const answer = await this.#rogue.board.call(loot.lessor, REQUEST.memoryOpen, { leaseId, token });
    if (answer.ok) loot.region = answer.value.session;
  }

  /** Refused as a whole, or in what its one operation answers. */
  async #load({ lessor }: Loot, session: number): Promise<Result<unknown, unknown>> {
    const batch = new BatchWriter();
    batch.read(0, 4);
    const bytes = batch.take();
    setSession(bytes, session);
    const answer = await this.#rogue.board.call(lessor, REQUEST.memoryOperate, bytes);
    if (!answer.ok) return answer;
    const status = new DataView(answer.value.buffer, answer.value.byteOffset).getInt32(0, true);
    return status === 0 ? ok(undefined) : err(status);
  }

  async #free(loot: Loot): Promise<void> {
    const { lessor, cpu, mem } = loot;
    const leaseIds = [cpu.leaseId, mem.leaseId];
    const answer = await this.#rogue.board.call(lessor, REQUEST.leaseFree, { leaseIds });
    if (answer.ok && answer.value.freed === 2) loot.isFreed = true;
  }

  /** A run id that was accepted once is answered again in the same way, so every wrong order has one of its own. */
  #order(loot: Loot, cpu: StolenLease, mem: StolenLease): Promise<Result<unknown, Refusal>> {
    return this.#submit({ ...loot, runId: freshId(this.#prng, isRunId) }, cpu, mem);
  }

  #submit({ lessor, runId }: Loot, cpu: StolenLease, mem: StolenLease): Promise<Result<unknown, Refusal>> {
    const input = new Uint8Array(0);
    const order: RunOrderMessage = {
      runId,
      program: 'rogue',
      tasklet: 'endless',
      module: this.#module,
      moduleBytes: ENDLESS.length,
      input: contentHash(input),
      inputBytes: 0,
      inlineInput: input,
      fuelLimit: 1_000,
      deadlineMs: 2_000,
      submittedWallMs: 1_700_000_000_000,
      attempt: 1,
      cpuLease: cpu.leaseId,
      memLease: mem.leaseId,
      cpuToken: cpu.token,
      memToken: mem.token,
    };
    return this.#rogue.board.call(lessor, REQUEST.runSubmit, order);
  }

  #refused(rule: string, { from, runId, cpu }: Loot, answer: Promise<Result<unknown, unknown>>): void {
    void answer.then((answered) => {
      if (!answered.ok) return;
      const lease = `${shortId(cpu.leaseId)}, run ${shortId(runId)}`;
      this.#violations.add(rule, `${from.name}: the rogue got through with lease ${lease}`);
    });
  }
}

function mangled(token: Bytes, prng: Prng): Bytes {
  const copy = token.slice();
  const at = prng.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << prng.below(8));
  return copy;
}
