import { extname } from 'node:path';
import { err, ok, type Bytes, type Result } from '../../../core/index.ts';
import type { BuildProblem } from '../build-problem.ts';
import { AscProcess } from './asc-process.ts';
import { compilerRequest, compileTasklet } from './assemblyscript.ts';
import { compileC, compileRust, cRequest, rustRequest } from './native/index.ts';
import type { SourceFiles, TaskletPlace } from './source-files.ts';
import { assembleWat, watRequest } from './wat.ts';

/** Every compiler there is, by the end of a source's name. They can serve several programs, one after the other. */
export class Compilers {
  private readonly asc = new AscProcess();

  /** Everything besides the sources that the compiled bytes depend on. */
  async request(place: TaskletPlace): Promise<Result<string, readonly BuildProblem[]>> {
    switch (extname(place.tasklet.source)) {
      case '.wat':
        return ok(await watRequest(place));
      case '.c':
        return cRequest(place);
      case '.rs':
        return rustRequest(place);
      default:
        return ok(await compilerRequest(place.tasklet));
    }
  }

  /** Compiles one declared source to a module, and tells `files` what it was made from. */
  async compile(place: TaskletPlace, files: SourceFiles): Promise<Result<Bytes, readonly BuildProblem[]>> {
    const { source, name } = place.tasklet;
    const kind = extname(source);
    if (kind === '.ts') return compileTasklet(this.asc, place, files);
    if ((await files.read(source)) === null) {
      const message = `there is no file ${source}, or it lies outside the program`;
      return err([{ code: 'source_missing', message, file: place.fileName(source), tasklet: name }]);
    }
    if (kind === '.wat') return assembleWat(this.asc, place, files);
    return kind === '.c' ? compileC(place, files) : compileRust(place, files);
  }

  close(): void {
    this.asc.close();
  }
}
