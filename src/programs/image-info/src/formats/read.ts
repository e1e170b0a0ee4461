import { ByteReader } from 'grafos-std';
import { readBmp } from './bmp';
import { readGif } from './gif';
import { Header, Problem } from './header';
import { readJpeg } from './jpeg';
import { readPng } from './png';
import { readPpm } from './ppm';

/** Recognises the format by its first bytes and reads its header. */
export function readHeader(reader: ByteReader): Header {
  if (isPng(reader)) return readPng(reader);
  if (reader.has(0, 3) && reader.u16be(0) === 0xffd8 && reader.u8(2) === 0xff) return readJpeg(reader);
  if (reader.matches(0, 'GIF87a') || reader.matches(0, 'GIF89a')) return readGif(reader);
  if (reader.matches(0, 'BM')) return readBmp(reader);
  if (reader.matches(0, 'P6')) return readPpm(reader);
  const message = reader.length === 0 ? 'the input is empty' : 'the input is not a PNG, JPEG, GIF, BMP or PPM image';
  return new Header('', '').failed(Problem.NOT_AN_IMAGE, message);
}

function isPng(reader: ByteReader): bool {
  return reader.has(0, 8) && reader.u32be(0) === 0x89504e47 && reader.u32be(4) === 0x0d0a1a0a;
}
