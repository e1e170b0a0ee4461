/*
 * grafos-std for C: what a tasklet is written against when clang compiles it. One header, no library; only the imports
 * of tasklet profile v0 (src/tasklet/ABI.md) are used.
 *
 *   #include <grafos.h>
 *
 *   static int32_t shout(const uint8_t *input, uint32_t length) { ... return 0; }
 *   GRAFOS_TASKLET(shout)
 */
#ifndef GRAFOS_H
#define GRAFOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRAFOS_IMPORT(name) __attribute__((import_module("grafos_tasklet_v0"), import_name(name)))
#define GRAFOS_EXPORT(name) __attribute__((export_name(name)))
/* Every tasklet includes the whole header and uses some of it. */
#define GRAFOS_SHARED static inline __attribute__((unused))

GRAFOS_IMPORT("context_read") int32_t grafos_context_read(void *to, uint32_t length, uint32_t offset);
GRAFOS_IMPORT("input_read") int32_t grafos_input_read(void *to, uint32_t length, uint32_t offset);
GRAFOS_IMPORT("output_write") int32_t grafos_output_write(const void *from, uint32_t length);
GRAFOS_IMPORT("response_write") int32_t grafos_response_write(const void *from, uint32_t length);
GRAFOS_IMPORT("log") int32_t grafos_log(int32_t level, const char *text, uint32_t length);
GRAFOS_IMPORT("clock_now") int64_t grafos_clock_now(void);
GRAFOS_IMPORT("random_fill") int32_t grafos_random_fill(void *to, uint32_t length);
GRAFOS_IMPORT("fuel_remaining") int64_t grafos_fuel_remaining(void);
GRAFOS_IMPORT("progress") int32_t grafos_progress(uint32_t done, uint32_t total);

enum { GRAFOS_LOG_DEBUG, GRAFOS_LOG_INFO, GRAFOS_LOG_WARN, GRAFOS_LOG_ERROR };
enum { GRAFOS_PAGE_BYTES = 65536, GRAFOS_RESPONSE_BYTES_MAX = 65536 };

extern unsigned char __heap_base; /* where the linker says that free memory begins */

/* Memory that is never freed: a tasklet runs once. Traps when the manifest's bound is reached. */
GRAFOS_SHARED void *grafos_alloc(uint32_t length) {
  static uintptr_t next;
  if (next == 0) next = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
  uint64_t end = ((uint64_t)next + length + 15) & ~(uint64_t)15;
  uint64_t pages = (end + GRAFOS_PAGE_BYTES - 1) / GRAFOS_PAGE_BYTES;
  uint64_t has = __builtin_wasm_memory_size(0);
  if (pages > 65536 || (pages > has && __builtin_wasm_memory_grow(0, pages - has) == (size_t)-1)) __builtin_trap();
  void *start = (void *)next;
  next = (uintptr_t)end;
  return start;
}

GRAFOS_SHARED uint32_t grafos_length(const char *text) {
  uint32_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

/* Whether `length` bytes of input begin with the `count` bytes of `prefix` at `offset`. */
GRAFOS_SHARED bool grafos_matches(const uint8_t *input, uint32_t length, uint32_t offset, const char *prefix,
                                  uint32_t count) {
  if (offset > length || count > length - offset) return false;
  for (uint32_t i = 0; i < count; i++)
    if (input[offset + i] != (uint8_t)prefix[i]) return false;
  return true;
}

GRAFOS_SHARED uint32_t grafos_u16le(const uint8_t *at) { return (uint32_t)at[0] | (uint32_t)at[1] << 8; }
GRAFOS_SHARED uint32_t grafos_u32le(const uint8_t *at) { return grafos_u16le(at) | grafos_u16le(at + 2) << 16; }
GRAFOS_SHARED uint32_t grafos_u32be(const uint8_t *at) { return __builtin_bswap32(grafos_u32le(at)); }

/* JSON in the making: one flat object. The caller gives the room; what does not fit traps. */
typedef struct {
  char *text;
  uint32_t length;
  uint32_t room;
} grafos_json;

GRAFOS_SHARED void grafos_json_put(grafos_json *json, char character) {
  if (json->length == json->room) __builtin_trap();
  json->text[json->length++] = character;
}

GRAFOS_SHARED grafos_json grafos_json_object(char *text, uint32_t room) {
  grafos_json json = {text, 0, room};
  grafos_json_put(&json, '{');
  return json;
}

GRAFOS_SHARED void grafos_json_string(grafos_json *json, const char *text) {
  grafos_json_put(json, '"');
  for (; *text != 0; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') grafos_json_put(json, '\\');
    if (byte >= 0x20) {
      grafos_json_put(json, *text);
      continue;
    }
    const char *escape = "\\u00";
    while (*escape != 0) grafos_json_put(json, *escape++);
    grafos_json_put(json, "0123456789abcdef"[byte >> 4]);
    grafos_json_put(json, "0123456789abcdef"[byte & 15]);
  }
  grafos_json_put(json, '"');
}

GRAFOS_SHARED void grafos_json_key(grafos_json *json, const char *key) {
  if (json->length > 1) grafos_json_put(json, ',');
  grafos_json_string(json, key);
  grafos_json_put(json, ':');
}

GRAFOS_SHARED void grafos_json_text(grafos_json *json, const char *key, const char *value) {
  grafos_json_key(json, key);
  grafos_json_string(json, value);
}

GRAFOS_SHARED void grafos_json_digits(grafos_json *json, uint64_t value) {
  if (value >= 10) grafos_json_digits(json, value / 10);
  grafos_json_put(json, (char)('0' + value % 10));
}

GRAFOS_SHARED void grafos_json_number(grafos_json *json, const char *key, int64_t value) {
  grafos_json_key(json, key);
  if (value < 0) grafos_json_put(json, '-');
  grafos_json_digits(json, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/* Closes the object and makes it the output, and where it fits the response value too. What the tasklet returns. */
GRAFOS_SHARED int32_t grafos_json_deliver(grafos_json *json) {
  grafos_json_put(json, '}');
  if (json->length <= GRAFOS_RESPONSE_BYTES_MAX) {
    int32_t status = grafos_response_write(json->text, json->length);
    if (status != 0) return status;
  }
  return grafos_output_write(json->text, json->length);
}

/* The run fails with this code, not 0, and a message of up to 200 bytes in its log and response. */
GRAFOS_SHARED int32_t grafos_fail(int32_t code, const char *message) {
  char text[1400]; /* every byte may take six */
  grafos_json json = grafos_json_object(text, sizeof text);
  grafos_json_key(&json, "error");
  grafos_json inner = grafos_json_object(text + json.length, sizeof text - json.length);
  grafos_json_number(&inner, "code", code == 0 ? 1 : code);
  grafos_json_text(&inner, "message", message);
  json.length += inner.length;
  grafos_json_put(&json, '}');
  grafos_json_put(&json, '}');
  grafos_response_write(text, json.length);
  grafos_log(GRAFOS_LOG_ERROR, message, grafos_length(message));
  return code == 0 ? 1 : code;
}

/* The three entry points of the profile around one function: its whole input in, 0 or its own error code out. */
#define GRAFOS_TASKLET(function)                                                                     \
  GRAFOS_EXPORT("_grafos_tasklet_init") void _grafos_tasklet_init(uint32_t context, uint32_t zero) { \
    (void)context, (void)zero;                                                                       \
  }                                                                                                  \
  GRAFOS_EXPORT("_grafos_tasklet_run") int32_t _grafos_tasklet_run(uint32_t length, uint32_t zero) { \
    (void)zero;                                                                                      \
    uint8_t *input = grafos_alloc(length);                                                           \
    int32_t status = grafos_input_read(input, length, 0);                                            \
    return status < 0 ? status : function(input, length);                                            \
  }                                                                                                  \
  GRAFOS_EXPORT("_grafos_tasklet_finalize") void _grafos_tasklet_finalize(int32_t status) { (void)status; }

#endif
