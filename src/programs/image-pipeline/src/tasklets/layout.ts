import { ByteReader, FabricMem, fromUtf8, JsonWriter, Output, utf8 } from 'grafos-std';
import { Problem } from '../png/png-reader';
import { Sheet } from '../sheet/sheet';
import { scaled } from '../sheet/shrink';

class Picture {
  constructor(
    readonly hash: string,
    readonly width: i32,
    readonly height: i32,
  ) {}
}

/** Lays the sheet out in lease 0: a place for every picture that `metadata` has seen, the widest shape first. */
export function layout(input: Uint8Array): Output {
  const shared = FabricMem.at(0);
  if (shared === null) return Output.fail(Problem.NO_LEASE, 'the run was handed no lease');
  const pictures = picturesIn(new ByteReader(input));
  const places = pictures.length;
  if (places > Sheet.PLACES_MAX || Sheet.sizeFor(places) > shared.size) {
    return Output.fail(Problem.NO_PLACE, 'the lease has no room for ' + places.toString() + ' pictures');
  }
  pictures.sort((left, right) => {
    const byShape = right.width * left.height - left.width * right.height;
    return byShape !== 0 ? byShape : left.hash < right.hash ? -1 : 1;
  });
  const json = JsonWriter.object().field('pictures', places).field('side', Sheet.SIDE).arrayField('places');
  shared.fill(0, <u32>Sheet.pixelsAt(places), 0);
  const columns = min(places, Sheet.COLUMNS_MAX);
  for (let place = 0; place < places; place++) {
    const picture = pictures[place];
    const longest = max(picture.width, picture.height);
    const entry = Sheet.entryAt(place);
    shared.write(entry, Sheet.key(picture.hash));
    shared.store32(entry + Sheet.WIDTH_AT, scaled(picture.width, longest, Sheet.SIDE));
    shared.store32(entry + Sheet.HEIGHT_AT, scaled(picture.height, longest, Sheet.SIDE));
    json.item(picture.hash);
  }
  shared.store32(Sheet.COUNT_AT, places);
  shared.store32(Sheet.COLUMNS_AT, columns);
  shared.store32(0, Sheet.MAGIC);
  if (shared.status !== 0)
    return Output.fail(Problem.NO_LEASE, 'the lease is over, status ' + shared.status.toString());
  shared.notify(Sheet.FILLED_AT);
  return Output.json(json.end().field('columns', columns));
}

/** What the runs of `metadata` have put out: how many, then each with its length before it. */
function picturesIn(joined: ByteReader): Picture[] {
  const pictures: Picture[] = [];
  const count = joined.u32le(0);
  let at: u64 = 4;
  for (let i: u32 = 0; i < count && !joined.isShort; i++) {
    const length = joined.u32le(at);
    if (!joined.has(at + 4, length)) break;
    const text = fromUtf8(joined.bytes.subarray(<i32>at + 4, <i32>(at + 4 + length)));
    pictures.push(
      new Picture(valueOf(text, 'picture').split('"')[1], numberOf(text, 'width'), numberOf(text, 'height')),
    );
    at += 4 + length;
  }
  return pictures;
}

function numberOf(json: string, key: string): i32 {
  return max(I32.parseInt(valueOf(json, key)), 1);
}

/** What stands behind a key of a JSON object that `metadata` has written, up to the next comma. */
function valueOf(json: string, key: string): string {
  const at = json.indexOf('"' + key + '":');
  return at < 0 ? '""' : json.substring(at + key.length + 3).split(',')[0];
}
