#include <grafos.h>

enum { INVALID_INPUT = 1, TEXT_BYTES_MAX = 128 };

/* What an image says about itself in its first bytes; depth is bits a pixel. */
typedef struct {
  const char *format;
  uint32_t width, height, depth;
} header;

/* Samples in a pixel of each PNG colour type: RGB, grey and alpha, RGB and alpha, and else grey or palette. */
static uint32_t samples_of(uint8_t colour_type) {
  if (colour_type == 2) return 3;
  if (colour_type == 4) return 2;
  return colour_type == 6 ? 4 : 1;
}

static bool read_header(const uint8_t *input, uint32_t length, header *found) {
  if (length >= 26 && grafos_matches(input, length, 0, "\x89PNG\r\n\x1a\n", 8) &&
      grafos_matches(input, length, 12, "IHDR", 4)) {
    *found = (header){"png", grafos_u32be(input + 16), grafos_u32be(input + 20), input[24] * samples_of(input[25])};
  } else if (length >= 11 && (grafos_matches(input, length, 0, "GIF87a", 6) ||
                              grafos_matches(input, length, 0, "GIF89a", 6))) {
    *found = (header){"gif", grafos_u16le(input + 6), grafos_u16le(input + 8), (input[10] & 7u) + 1};
  } else if (length >= 30 && grafos_matches(input, length, 0, "BM", 2) && grafos_u32le(input + 14) >= 40) {
    int32_t width = (int32_t)grafos_u32le(input + 18);
    uint32_t height = grafos_u32le(input + 22); /* below 0 when the rows run from the top */
    *found = (header){"bmp", width > 0 ? (uint32_t)width : 0, (int32_t)height < 0 ? 0 - height : height,
                      grafos_u16le(input + 28)};
  } else {
    return false;
  }
  return found->width > 0 && found->height > 0;
}

/* Format, width, height and depth of an image, as JSON. */
static int32_t metadata(const uint8_t *input, uint32_t length) {
  header found;
  if (!read_header(input, length, &found)) return grafos_fail(INVALID_INPUT, "invalid_input");
  char text[TEXT_BYTES_MAX];
  grafos_json json = grafos_json_object(text, sizeof text);
  grafos_json_text(&json, "format", found.format);
  grafos_json_number(&json, "width", found.width);
  grafos_json_number(&json, "height", found.height);
  grafos_json_number(&json, "depth", found.depth);
  return grafos_json_deliver(&json);
}

GRAFOS_TASKLET(metadata)
