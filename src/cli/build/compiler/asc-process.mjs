// The AssemblyScript compiler in a process of its own, started by asc-process.ts. Plain JavaScript, because the loader
// that reads TypeScript for the command takes many seconds over the compiler's 14 MB; in its own process, because the
// compiler ends its process when it crashes and holds the event loop while it works.
import asc from 'assemblyscript/asc';

const OUT_FILE = 'tasklet.wasm';

/** @type {Map<number, (text: string | null) => void>} reads that the parent has not answered yet */
const reads = new Map();
let lastRead = 0;

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message.kind === 'text') {
    reads.get(message.id)?.(message.text);
    reads.delete(message.id);
  } else if (message.kind === 'assemble') {
    void assemble(message.text);
  } else {
    void compile(message);
  }
});

async function compile({ args, init }) {
  const diagnostics = [];
  let binary;
  const { error } = await asc.main([...args, '--outFile', OUT_FILE], {
    readFile: (name) => {
      const id = ++lastRead;
      process.send({ kind: 'read', id, name });
      return new Promise((resolve) => reads.set(id, resolve));
    },
    writeFile: (name, contents) => {
      if (name === OUT_FILE) binary = contents;
    },
    listFiles: () => [],
    stdout: asc.createMemoryStream(),
    stderr: asc.createMemoryStream(),
    reportDiagnostic: ({ message, category, range }) => {
      const place = range && { start: range.start, file: range.source.normalizedPath };
      diagnostics.push({ message, category, place });
    },
    transforms: [initTransform(init)],
  });
  process.send({ kind: 'done', diagnostics, error: error?.message, binary });
}

/** The compiler's own back end reads modules in text form too. */
async function assemble(text) {
  const { default: binaryen } = await import('assemblyscript/binaryen');
  try {
    const module = binaryen.parseText(text);
    module.setFeatures(binaryen.Features.All);
    process.send({ kind: 'done', diagnostics: [], binary: module.emitBinary() });
  } catch (error) {
    process.send({ kind: 'done', diagnostics: [], error: error.message ?? String(error) });
  }
}

/**
 * Makes init initialise the globals first. The profile refuses a start section, and a function of the language cannot
 * call the compiler's own initialiser; so the call is put in after compilation. A class, because the compiler sets
 * `binaryen` on its prototype.
 */
function initTransform({ startExport, functionName, internalName, exportName }) {
  return class {
    afterCompile(module) {
      const { i32, none, createType } = this.binaryen;
      const body = module.block(null, [
        module.call('~start', [], none),
        module.call(internalName, [module.local.get(0, i32), module.local.get(1, i32)], none),
      ]);
      module.addFunction(exportName, createType([i32, i32]), none, [], body);
      module.removeExport(startExport);
      module.removeExport(functionName);
      module.addFunctionExport(exportName, exportName);
    }
  };
}
