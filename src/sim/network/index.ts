/**
 * network owns how frames travel between simulated tabs: endpoints, links of reliable ordered channels, and the weather
 * between every two machines. It is the transport's twin at its worst.
 */
export { Conditions } from './conditions.ts';
export type { FrameWatch, LinkWorld, SimLinkEnd } from './sim-link.ts';
export { SimEndpoint, SimNetwork } from './sim-network.ts';
