/**
 * programs/lease-lab puts one lease under the glass, from every side of it. `view` is for people, tab by tab; the demo plays
 * the same without any, as far as one tab can, and says what each step came to.
 */
export { demo } from './demo.ts';
