/**
 * programs/image-pipeline shows a graph of tasklets around one shared lease: pictures that become a contact sheet. Its demo
 * sees the sdk alone.
 */
export { demo } from './demo.ts';
