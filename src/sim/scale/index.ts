/**
 * scale is the fabric at a size that no machine of ours could open as tabs: a thousand cells of the membership code that
 * ships, in one thread, on a network that loses packets. It measures what membership costs and how soon a death is known.
 */
export { simulateScale, type ScaleOptions, type ScaleReport, type ScaleSpread } from './simulate-scale.ts';
