import type { Manifest, ManifestTasklet } from '../../manifest/index.ts';
import { CommandError } from '../terminal/index.ts';

/** Fails with `tasklet_needs_lease` when a tasklet works on leased memory, which a run by itself does not hand it. */
export function requireStandAlone({ graph }: Manifest, { name, leases }: ManifestTasklet): void {
  if (leases === 0) return;
  const handed = graph.flatMap((node) => (node.tasklet === name ? node.leases.map((lease) => lease.name) : []));
  const which = handed.length === 0 ? `${leases} of memory` : [...new Set(handed)].join(', ');
  const whole =
    graph.length === 0
      ? 'A script hands it one as `memory`, or a [graph] in grafos.toml does.'
      : 'Its graph hands it that, so run the program as a whole.';
  throw CommandError.of(
    'tasklet_needs_lease',
    `${name} does not run by itself: it works on a lease (${which}). ${whole}`,
  );
}
