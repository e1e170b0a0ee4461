/**
 * signaling is the page of the signaling service: create a fabric for others to join, and see whether the service
 * answers. It carries no cell code, so that it loads at once where everything else fails.
 */
import '../parts/index.ts';
export { askSignaling } from '../ask-signaling.ts';
export { SignalingPage, type SignalingDoors } from './signaling-page.ts';
