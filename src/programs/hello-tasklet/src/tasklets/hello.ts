import { ByteWriter, context, fromUtf8, JsonWriter, Output } from 'grafos-std';

const INPUT_BYTES_MAX: i32 = 1 << 16;
const INPUT_TOO_LARGE: i32 = 1;

/** Greets every name in the input, one a line. */
export function hello(input: Uint8Array): Output {
  if (input.length > INPUT_BYTES_MAX) return Output.fail(INPUT_TOO_LARGE, 'at most 64 KiB of names can be greeted');
  const names = namesIn(fromUtf8(input));
  const greeting = new ByteWriter();
  for (let i = 0; i < names.length; i++) greeting.text('Hello, ').text(names[i]).text('!\n');
  return Output.bytes(greeting.toBytes()).respond(
    JsonWriter.object()
      .field('greeted', names.length)
      .field('inputBytes', input.length)
      .field('program', context.program())
      .field('tasklet', context.tasklet())
      .field('runId', context.runId()),
  );
}

function namesIn(text: string): string[] {
  const names: string[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const name = lines[i].trim();
    if (name.length > 0) names.push(name);
  }
  if (names.length === 0) names.push('world');
  return names;
}
