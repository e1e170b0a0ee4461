#![no_std]

use grafos_std::{json::Object, Output};

const INVALID_INPUT: i32 = 1;

/// What an image says about itself in its first bytes; depth is bits a pixel.
struct Header {
    format: &'static str,
    width: u32,
    height: u32,
    depth: u32,
}

/// Format, width, height and depth of an image, as JSON.
#[grafos_std::tasklet]
fn metadata(input: &[u8]) -> Output {
    match read_header(input) {
        Some(header) if header.width > 0 && header.height > 0 => Output::json(
            Object::new()
                .text("format", header.format)
                .number("width", header.width)
                .number("height", header.height)
                .number("depth", header.depth),
        ),
        _ => Output::fail(INVALID_INPUT, "invalid_input"),
    }
}

fn read_header(input: &[u8]) -> Option<Header> {
    if input.starts_with(b"\x89PNG\r\n\x1a\n") && input.get(12..16)? == b"IHDR" {
        let depth = u32::from(*input.get(24)?) * samples_of(*input.get(25)?);
        let [width, height] = [u32::from_be_bytes(bytes(input, 16)?), u32::from_be_bytes(bytes(input, 20)?)];
        Some(Header { format: "png", width, height, depth })
    } else if input.starts_with(b"GIF87a") || input.starts_with(b"GIF89a") {
        let depth = u32::from(input.get(10)? & 7) + 1;
        let [width, height] = [u16::from_le_bytes(bytes(input, 6)?), u16::from_le_bytes(bytes(input, 8)?)];
        Some(Header { format: "gif", width: width.into(), height: height.into(), depth })
    } else if input.starts_with(b"BM") && u32::from_le_bytes(bytes(input, 14)?) >= 40 {
        let width = i32::from_le_bytes(bytes(input, 18)?).max(0).unsigned_abs();
        // Below 0 when the rows run from the top.
        let height = i32::from_le_bytes(bytes(input, 22)?).unsigned_abs();
        let depth = u16::from_le_bytes(bytes(input, 28)?).into();
        Some(Header { format: "bmp", width, height, depth })
    } else {
        None
    }
}

/// Samples in a pixel of each PNG colour type.
fn samples_of(colour_type: u8) -> u32 {
    match colour_type {
        2 => 3, // RGB
        4 => 2, // grey and alpha
        6 => 4, // RGB and alpha
        _ => 1, // grey, palette
    }
}

fn bytes<const COUNT: usize>(input: &[u8], at: usize) -> Option<[u8; COUNT]> {
    input.get(at..at + COUNT)?.try_into().ok()
}
