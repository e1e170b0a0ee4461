const TREES = [
  'alder',
  'aspen',
  'beech',
  'birch',
  'cedar',
  'elm',
  'fir',
  'hazel',
  'larch',
  'linden',
  'maple',
  'oak',
  'pine',
  'rowan',
  'willow',
  'yew',
];
const QUALITIES = [
  'amber',
  'brisk',
  'calm',
  'clear',
  'deep',
  'early',
  'fair',
  'gentle',
  'high',
  'keen',
  'late',
  'mild',
  'north',
  'quiet',
  'swift',
  'warm',
];

/** A name to be told apart by, until somebody chooses a better one. */
export function friendlyName(random: Uint8Array): string {
  const [first = 0, second = 0] = random;
  return `${QUALITIES[first % QUALITIES.length] ?? ''} ${TREES[second % TREES.length] ?? ''}`;
}
