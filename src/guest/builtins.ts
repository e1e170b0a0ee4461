// Stands in for the host functions that AssemblyScript's own library would import. The build routes them here with
// `--use`, because the profile's import list is closed.
import { random } from './cell';
import { log_write } from './host';

const PART_UNITS_MAX: i32 = 160;
const line = memory.data(1536);

/**
 * A failed assertion, a thrown error, an index out of range: logs where, then traps. Allocates nothing, because an
 * allocation may be what failed.
 */
export function abort(message: string | null, fileName: string | null, lineNumber: u32, columnNumber: u32): void {
  let end = appendText(line, 'abort: ');
  end = appendText(end, message);
  end = appendText(end, ' at ');
  end = appendText(end, fileName);
  end = appendText(end, ':');
  end = appendNumber(end, lineNumber);
  end = appendText(end, ':');
  end = appendNumber(end, columnNumber);
  log_write(3, line, <u32>(end - line));
  unreachable();
}

/** The seed of `Math.random`, out of the run's own random stream. */
export function seed(): f64 {
  return reinterpret<f64>(random.next64());
}

function appendText(at: usize, text: string | null): usize {
  if (text === null) return at;
  return (
    at +
    String.UTF8.encodeUnsafe(
      changetype<usize>(text),
      min(text.length, PART_UNITS_MAX),
      at,
      false,
      String.UTF8.ErrorMode.REPLACE,
    )
  );
}

function appendNumber(at: usize, value: u32): usize {
  if (value >= 10) at = appendNumber(at, value / 10);
  store<u8>(at, <u8>(0x30 + (value % 10)));
  return at + 1;
}
