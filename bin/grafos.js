#!/usr/bin/env node
// The grafos command is TypeScript; this teaches Node to read it, then hands over.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/cli/main.ts');
await main(process.argv.slice(2));
