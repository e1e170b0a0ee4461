/**
 * programs/mandelbrot shows one module over many inputs: tiles of a picture, painted wherever there is room. Its demo sees the
 * sdk alone.
 */
export { demo } from './demo.ts';
