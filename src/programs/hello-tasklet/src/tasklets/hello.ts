import { context, fromUtf8, JsonWriter, Output } from 'grafos-std';

/** Greets every name in the input, one a line. */
export function hello(input: Uint8Array): Output {
  const names = namesIn(fromUtf8(input));
  let greeting = '';
  for (let i = 0; i < names.length; i++) greeting += 'Hello, ' + names[i] + '!\n';
  return Output.text(greeting).respond(
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
