import type { Program, ProgramTasklet } from '../../../src/sdk/index.ts';
import { hash } from './fake-ids.ts';

const MIB = 1024 * 1024;

/** The two demo programs, with fixtures that the preview draws itself. */
export function fakePrograms(): readonly Program[] {
  const picture = drawnPicture(240, 160);
  return [
    {
      name: 'hello-tasklet',
      version: '0.1.0',
      title: 'Hello, tasklet',
      summary: 'The smallest program: one tasklet reads a name and answers with a greeting.',
      lesson:
        'A tasklet is a WebAssembly module that a cell admits, runs and finishes. It sees its input and nothing else. Run it twice and you get the same bytes for the same fuel, whichever cell ran it.',
      tasklets: [fakeTasklet('hello', 'Greets whoever the input names.', 'text/plain', [])],
      fixtures: [
        { name: 'world.txt', url: 'data:text/plain,world', mediaType: 'text/plain', sizeBytes: 5 },
        { name: 'class.txt', url: 'data:text/plain,class', mediaType: 'text/plain', sizeBytes: 5 },
      ],
      leases: [],
      graph: [],
    },
    {
      name: 'image-info',
      version: '0.1.0',
      title: 'Image metadata and thumbnail',
      summary: 'Reads what kind of picture a file is, or makes a small copy of it, in somebody else’s tab.',
      lesson:
        'The picture travels to the cell that has room, and only the answer comes back. The cell never trusts the module: it measures every instruction. Give it a larger picture and watch the fuel grow with it.',
      tasklets: [
        fakeTasklet('metadata', 'Size, format and dimensions as JSON.', 'application/json', [
          'image/png',
          'image/bmp',
          'image/jpeg',
          'image/gif',
        ]),
        {
          ...fakeTasklet('thumbnail', 'A copy at most 96 pixels wide.', 'image/png', ['image/bmp']),
          fuel: 20_000_000,
          memoryBytes: 64 * MIB,
        },
      ],
      fixtures: [
        { name: 'harbour.bmp', url: picture, mediaType: 'image/bmp', sizeBytes: 115_338 },
        {
          name: 'a-picture-with-a-rather-long-name-from-a-camera.bmp',
          url: picture,
          mediaType: 'image/bmp',
          sizeBytes: 921_654,
        },
        { name: 'pixel.png', url: drawnPicture(8, 8), mediaType: 'image/png', sizeBytes: 70 },
      ],
      leases: [],
      graph: [],
    },
  ];
}

/** A small landscape as a data URL. */
export function drawnPicture(width: number, height: number): string {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return '';
  const sky = context.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, '#4059b8');
  sky.addColorStop(0.6, '#f0c9a0');
  sky.addColorStop(0.61, '#2a5a6e');
  sky.addColorStop(1, '#16303f');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#f6e3c0';
  context.beginPath();
  context.arc(width * 0.68, height * 0.5, height * 0.12, Math.PI, 0);
  context.fill();
  return canvas.toDataURL('image/png');
}

function fakeTasklet(name: string, summary: string, outputType: string, inputTypes: readonly string[]): ProgramTasklet {
  return {
    name,
    summary,
    module: hash(name.length),
    moduleUrl: 'data:application/wasm;base64,AGFzbQEAAAA=',
    fuel: 500_000,
    memoryBytes: 32 * MIB,
    deadlineMs: 30_000,
    leases: 0,
    outputType,
    inputTypes,
    priority: 'standard',
    recovery: {},
  };
}
