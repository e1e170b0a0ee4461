;; Format, width, height and depth of an image, as JSON. Everything a tasklet must be is written out here: three
;; exported functions, the exported memory, and imports that move bytes by pointer and length (ABI.md of grafos-web).
(module
  (import "grafos_tasklet_v0" "input_read" (func $input_read (param $to i32) (param $length i32) (param $offset i32) (result i32)))
  (import "grafos_tasklet_v0" "output_write" (func $output_write (param $from i32) (param $length i32) (result i32)))
  (import "grafos_tasklet_v0" "response_write" (func $response_write (param $from i32) (param $length i32) (result i32)))
  (import "grafos_tasklet_v0" "log" (func $log (param $level i32) (param $from i32) (param $length i32) (result i32)))

  ;; 0: the first bytes of the input; 64: constant texts; 512: the answer in the making.
  (memory (export "memory") 1)
  (data (i32.const 64) "png")
  (data (i32.const 68) "gif")
  (data (i32.const 72) "bmp")
  (data (i32.const 80) "{\"format\":\"")      ;; 11 bytes
  (data (i32.const 96) "\",\"width\":")         ;; 10
  (data (i32.const 112) ",\"height\":")         ;; 10
  (data (i32.const 128) ",\"depth\":")          ;; 9
  (data (i32.const 144) "{\"error\":{\"code\":1,\"message\":\"invalid_input\"}}") ;; 46; the message is 13 from 174

  (global $end (mut i32) (i32.const 512))

  (func (export "_grafos_tasklet_init") (param $context_length i32) (param $zero i32))
  (func (export "_grafos_tasklet_finalize") (param $status i32))

  (func (export "_grafos_tasklet_run") (param $length i32) (param $zero i32) (result i32)
    (local $text i32) (local $width i32) (local $height i32) (local $depth i32)
    (drop (call $input_read (i32.const 0) (select (local.get $length) (i32.const 32) (i32.lt_u (local.get $length) (i32.const 32))) (i32.const 0)))
    (if (call $is_png (local.get $length))
      (then
        (local.set $text (i32.const 64))
        (local.set $width (call $big_endian (i32.load (i32.const 16))))
        (local.set $height (call $big_endian (i32.load (i32.const 20))))
        (local.set $depth (i32.mul (i32.load8_u (i32.const 24)) (call $samples (i32.load8_u (i32.const 25)))))))
    (if (call $is_gif (local.get $length))
      (then
        (local.set $text (i32.const 68))
        (local.set $width (i32.load16_u (i32.const 6)))
        (local.set $height (i32.load16_u (i32.const 8)))
        (local.set $depth (i32.add (i32.and (i32.load8_u (i32.const 10)) (i32.const 7)) (i32.const 1)))))
    (if (call $is_bmp (local.get $length))
      (then
        (local.set $text (i32.const 72))
        (local.set $width (i32.load (i32.const 18)))
        (if (i32.lt_s (local.get $width) (i32.const 0)) (then (local.set $width (i32.const 0))))
        (local.set $height (i32.load (i32.const 22))) ;; below 0 when the rows run from the top
        (if (i32.lt_s (local.get $height) (i32.const 0))
          (then (local.set $height (i32.sub (i32.const 0) (local.get $height)))))
        (local.set $depth (i32.load16_u (i32.const 28)))))
    (if (i32.or (i32.eqz (local.get $width)) (i32.eqz (local.get $height)))
      (then
        (drop (call $response_write (i32.const 144) (i32.const 46)))
        (drop (call $log (i32.const 3) (i32.const 174) (i32.const 13)))
        (return (i32.const 1))))
    (call $put (i32.const 80) (i32.const 11))
    (call $put (local.get $text) (i32.const 3))
    (call $put (i32.const 96) (i32.const 10))
    (call $put_number (local.get $width))
    (call $put (i32.const 112) (i32.const 10))
    (call $put_number (local.get $height))
    (call $put (i32.const 128) (i32.const 9))
    (call $put_number (local.get $depth))
    (call $put_byte (i32.const 0x7d))
    (drop (call $response_write (i32.const 512) (i32.sub (global.get $end) (i32.const 512))))
    (call $output_write (i32.const 512) (i32.sub (global.get $end) (i32.const 512))))

  ;; Signature and the name of the first chunk.
  (func $is_png (param $length i32) (result i32)
    (i32.and
      (i32.ge_u (local.get $length) (i32.const 26))
      (i32.and
        (i64.eq (i64.load (i32.const 0)) (i64.const 0x0a1a0a0d474e5089))
        (i32.eq (i32.load (i32.const 12)) (i32.const 0x52444849)))))

  ;; "GIF8", then "7a" or "9a".
  (func $is_gif (param $length i32) (result i32)
    (i32.and
      (i32.and
        (i32.ge_u (local.get $length) (i32.const 11))
        (i32.eq (i32.load (i32.const 0)) (i32.const 0x38464947)))
      (i32.or
        (i32.eq (i32.load16_u (i32.const 4)) (i32.const 0x6137))
        (i32.eq (i32.load16_u (i32.const 4)) (i32.const 0x6139)))))

  ;; "BM" with a header of 40 bytes or more.
  (func $is_bmp (param $length i32) (result i32)
    (i32.and
      (i32.ge_u (local.get $length) (i32.const 30))
      (i32.and
        (i32.eq (i32.load16_u (i32.const 0)) (i32.const 0x4d42))
        (i32.ge_u (i32.load (i32.const 14)) (i32.const 40)))))

  ;; Samples in a pixel of each PNG colour type.
  (func $samples (param $colour_type i32) (result i32)
    (if (i32.eq (local.get $colour_type) (i32.const 2)) (then (return (i32.const 3)))) ;; RGB
    (if (i32.eq (local.get $colour_type) (i32.const 4)) (then (return (i32.const 2)))) ;; grey and alpha
    (if (i32.eq (local.get $colour_type) (i32.const 6)) (then (return (i32.const 4)))) ;; RGB and alpha
    (i32.const 1)) ;; grey, palette

  (func $big_endian (param $word i32) (result i32)
    (i32.or
      (i32.and (i32.rotl (local.get $word) (i32.const 8)) (i32.const 0x00ff00ff))
      (i32.and (i32.rotr (local.get $word) (i32.const 8)) (i32.const 0xff00ff00))))

  (func $put (param $from i32) (param $length i32)
    (memory.copy (global.get $end) (local.get $from) (local.get $length))
    (global.set $end (i32.add (global.get $end) (local.get $length))))

  (func $put_byte (param $byte i32)
    (i32.store8 (global.get $end) (local.get $byte))
    (global.set $end (i32.add (global.get $end) (i32.const 1))))

  (func $put_number (param $value i32)
    (if (i32.ge_u (local.get $value) (i32.const 10))
      (then (call $put_number (i32.div_u (local.get $value) (i32.const 10)))))
    (call $put_byte (i32.add (i32.const 0x30) (i32.rem_u (local.get $value) (i32.const 10))))))
