import { ByteWriter, FabricMem, FabricVec, fromUtf8, JsonWriter, Output, progress, random } from 'grafos-std';

const BAD_INPUT: i32 = 1;
const NO_BOARD: i32 = 2;
const BOARD_FULL: i32 = 3;
const STROKES_MAX: u32 = 1_000;
const POINTS: i32 = 28;
const PIECE_BYTES_MAX: u32 = 122;
const COLOURS: u32 = 8;
const SPAN: f64 = 65_535;
const TAIL_BYTES: u64 = 8;

/** Draws as many strokes as the input says, each a flower somewhere on the board, and tells whoever watches. */
export function doodle(input: Uint8Array): Output {
  const words = fromUtf8(input).trim().split(' ');
  const author = <u32>U32.parseInt(words[0]);
  const count = words.length > 1 ? <u32>U32.parseInt(words[1]) : 1;
  if (author === 0 || count === 0 || count > STROKES_MAX)
    return Output.fail(BAD_INPUT, 'the input is who draws, from 1 on, and how many strokes, 1 to 1000');
  const shared = FabricMem.at(0);
  if (shared === null) return Output.fail(NO_BOARD, 'the run was handed no lease');
  const board = FabricVec.open<Uint8Array>(shared, 0, PIECE_BYTES_MAX);
  if (board === null)
    return Output.fail(NO_BOARD, 'there is no board in the lease, status ' + shared.status.toString());
  for (let stroke: u32 = 1; stroke <= count; stroke++) {
    if (!board.push(flower(author, stroke)))
      return Output.fail(BOARD_FULL, 'the board took no more strokes, status ' + shared.status.toString());
    const changes = shared.size - TAIL_BYTES;
    shared.add32(changes, 1);
    shared.notify(changes);
    progress(stroke, count);
  }
  return Output.json(JsonWriter.object().field('author', author).field('strokes', count));
}

/** One stroke along a rose, so that it can be told from what a hand draws. */
function flower(author: u32, stroke: u32): Uint8Array {
  const petals: f64 = 2 + random.below(4);
  const size: f64 = SPAN * (0.03 + 0.05 * random.number());
  const x: f64 = SPAN * (0.1 + 0.8 * random.number());
  const y: f64 = SPAN * (0.1 + 0.8 * random.number());
  const piece = new ByteWriter()
    .u32le(author)
    .u32le(stroke)
    .u8(author % COLOURS)
    .u8(4);
  for (let i = 0; i < POINTS; i++) {
    const angle: f64 = (2 * Math.PI * i) / (POINTS - 1);
    const radius: f64 = size * (0.6 + 0.4 * Math.cos(petals * angle));
    piece.u16le(<u32>(x + 0.75 * radius * Math.cos(angle))).u16le(<u32>(y + radius * Math.sin(angle)));
  }
  return piece.toBytes();
}
