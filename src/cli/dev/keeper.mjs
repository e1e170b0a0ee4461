// The process that keeps a development fabric: teaches Node to read TypeScript, then hands over.
import { register } from 'tsx/esm/api';

register();
const { keep } = await import('./keep.ts');
await keep(process.argv[2]);
