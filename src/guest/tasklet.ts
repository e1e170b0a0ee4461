// The life of a tasklet, called by the three exports that the build generates around the declared function.
import { log } from './cell';
import { rememberContextSize } from './context';
import { input_read, output_write, response_write, Status } from './host';
import { Output } from './output';

/** `_grafos_tasklet_init`. */
export function begin(contextLength: i32): void {
  rememberContextSize(contextLength);
}

/** The whole input, for `_grafos_tasklet_run`. */
export function readInput(inputLength: i32): Uint8Array {
  const input = new Uint8Array(inputLength);
  input_read(input.dataStart, inputLength, 0);
  return input;
}

/** Hands the result to the cell; answers what `_grafos_tasklet_run` returns. */
export function deliver(output: Output): i32 {
  const response = output.response;
  if (response !== null) {
    const status = response_write(response.dataStart, response.length);
    if (status !== Status.OK) return refused('response', status);
  }
  if (output.bytes.length > 0) {
    const status = output_write(output.bytes.dataStart, output.bytes.length);
    if (status !== Status.OK) return refused('output', status);
  }
  if (output.code !== 0) log.error(output.message);
  return output.code;
}

function refused(what: string, status: i32): i32 {
  log.error('the cell refused the ' + what + ': status ' + status.toString());
  return status;
}
