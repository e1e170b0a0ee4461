import { createFabricUrl, joinFabric } from '../grafos.js';

const random = { bytes: (size) => crypto.getRandomValues(new Uint8Array(size)) };
const url = location.hash === '' ? createFabricUrl(location.href, 'hello', random) : location.href;
const fabric = await joinFabric(url, { signalingUrl: new URL('../peerjs', location.href).href });
const programs = await (await fetch('../programs/catalog.json')).json();
const [tasklet] = programs.find(({ name }) => name === 'hello-tasklet').tasklets;
const module = new Uint8Array(await (await fetch(`../${tasklet.moduleUrl}`)).arrayBuffer());
const input = new TextEncoder().encode('world');
const run = { program: 'hello-tasklet', tasklet: 'hello', module, input, fuel: tasklet.fuel };
const { outputBase64 } = await fabric.run(run);
document.querySelector('#out').textContent = atob(outputBase64);
