/** The sdk for pages of one's own: `import { joinFabric } from './grafos.js'`, no bundler needed. */
export { joinFabric, type JoinOptions } from './browser/page/index.ts';
export { createFabricUrl, FabricError, parseFabricUrl, type Fabric } from './sdk/index.ts';
