/** A tasklet that does nothing, to the byte: what is measured is everything around it. */
export function noopModule(): Uint8Array<ArrayBuffer> {
  const names: readonly (readonly [string, number, number])[] = [
    ['memory', 2, 0],
    ['_grafos_tasklet_init', 0, 0],
    ['_grafos_tasklet_run', 0, 1],
    ['_grafos_tasklet_finalize', 0, 2],
  ];
  const exported = names.flatMap(([name, kind, index]) => [
    name.length,
    ...new TextEncoder().encode(name),
    kind,
    index,
  ]);
  const types = [3, 0x60, 2, 0x7f, 0x7f, 0, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 0x60, 1, 0x7f, 0];
  const bodies = [3, 2, 0, 0x0b, 4, 0, 0x41, 0, 0x0b, 2, 0, 0x0b];
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, types.length, ...types],
    ...[3, 4, 3, 0, 1, 2],
    ...[5, 3, 1, 0, 1],
    ...[7, exported.length + 1, names.length, ...exported],
    ...[10, bodies.length, ...bodies],
  ]);
}
