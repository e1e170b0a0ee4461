import type { CellId, ContentHash } from '../core/index.ts';
import { hopsExceeded } from './attenuate.ts';
import type { TokenDenial, TokenDenialCode } from './denial.ts';
import { allows, EVERY_OPERATION, operationsOf, type Operation } from './operation.ts';
import { isWithin, standingDenial, type Grant, type LeaseFacts } from './session.ts';
import type { Token } from './token.ts';

/** Who shows a token, and for what. */
export interface Presentation {
  /** The cell at the far end of the link, as its hello proved it. */
  readonly presenter: CellId;
  /** On whose behalf it acts: the submitter, for a run. Its own when absent. */
  readonly tenant?: CellId;
  /** The module that will use the lease, if a tasklet is to. */
  readonly module?: ContentHash;
  /** What it means to do, so that a token that does not reach that far is refused at the door. */
  readonly wants?: { readonly operations: readonly Operation[]; readonly from?: number; readonly to?: number };
}

/** What the grant is before the caveats: the whole lease. */
export function grantOf(token: Token): Grant {
  const { tenant, kind, resourceId, leaseId, generation, epoch, expiresAtMs } = token.fields;
  const whole = { operations: EVERY_OPERATION, from: 0, to: Infinity };
  let grant: Grant = { tenant, kind, resourceId, leaseId, generation, epoch, expiresAtMs, ...whole };
  for (const caveat of token.caveats) {
    switch (caveat.kind) {
      case 'operations':
        grant = { ...grant, operations: grant.operations & caveat.operations };
        break;
      case 'range':
        grant = { ...grant, from: Math.max(grant.from, caveat.from), to: Math.min(grant.to, caveat.to) };
        break;
      case 'notAfter':
        grant = { ...grant, expiresAtMs: Math.min(grant.expiresAtMs, caveat.atMs) };
        break;
      case 'module':
        grant = { ...grant, module: caveat.module };
        break;
      case 'holder':
      case 'tenant':
      case 'hops':
        break;
    }
  }
  return grant;
}

/** Why the lease does not bear the token out, every reason. */
export function leaseDenials(token: Token, lease: LeaseFacts | undefined, nowMs: number): readonly TokenDenial[] {
  const { fields } = token;
  if (lease === undefined) return [denial('unknown_lease', `there is no lease ${fields.leaseId} here`)];
  const denials: TokenDenial[] = [];
  if (lease.kind !== fields.kind || lease.resourceId !== fields.resourceId) {
    denials.push(denial('wrong_resource', `the lease is not of ${fields.kind} ${fields.resourceId}`));
  }
  const ended = standingDenial(lease, nowMs);
  if (ended !== undefined) denials.push(denial(ended, `lease ${fields.leaseId}: ${ended.replace('lease_', '')}`));
  if (lease.epoch !== fields.epoch) {
    denials.push(denial('stale_epoch', `the token is of epoch ${fields.epoch}, the resource of ${lease.epoch}`));
  }
  if (lease.generation !== fields.generation) {
    const message = `the token is of generation ${fields.generation}, the lease of ${lease.generation}`;
    denials.push(denial('stale_generation', message));
  }
  return denials;
}

/** Why the caveats do not let this presentation through, every reason. `grant` is what they leave. */
export function caveatDenials(token: Token, grant: Grant, shown: Presentation, nowMs: number): readonly TokenDenial[] {
  const denials: TokenDenial[] = [];
  const tenant = shown.tenant ?? shown.presenter;
  for (const caveat of token.caveats) {
    if (caveat.kind === 'module' && caveat.module !== shown.module) {
      denials.push(denial('wrong_module', `only module ${caveat.module} may use it`));
    } else if (caveat.kind === 'holder' && caveat.holder !== shown.presenter) {
      denials.push(denial('wrong_holder', `only cell ${caveat.holder} may present it`));
    } else if (caveat.kind === 'tenant' && caveat.tenant !== tenant) {
      denials.push(denial('wrong_tenant', `it may be used on behalf of cell ${caveat.tenant} only`));
    } else if (caveat.kind === 'notAfter' && nowMs >= caveat.atMs) {
      denials.push(denial('not_after_passed', 'it was not to be used after a moment that has passed'));
    }
  }
  if (hopsExceeded(token.caveats)) denials.push(denial('too_many_hops', 'it was passed on more often than it may be'));
  if (grant.operations === 0 || grant.from >= grant.to) {
    denials.push(denial('nothing_left', 'its caveats leave nothing that it could be used for'));
  }
  return [...denials, ...wideningDenials(grant, shown)];
}

function wideningDenials(grant: Grant, { wants }: Presentation): readonly TokenDenial[] {
  if (wants === undefined) return [];
  const beyond = wants.operations.filter((operation) => !allows(grant.operations, operation));
  const denials: TokenDenial[] = [];
  if (beyond.length > 0) {
    const allowed = operationsOf(grant.operations).join(', ') || 'nothing';
    denials.push(denial('widened', `it does not allow ${beyond.join(', ')}; it allows ${allowed}`));
  }
  const { from = grant.from, to = grant.to } = wants;
  if (!isWithin(grant, from, to)) {
    denials.push(denial('widened', `bytes ${from} to ${to} reach beyond its ${grant.from} to ${grant.to}`));
  }
  return denials;
}

export function denial(code: TokenDenialCode, message: string): TokenDenial {
  return { code, message };
}
