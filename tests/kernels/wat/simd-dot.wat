;; n rounds of a dot product over 4096 i16 with 128-bit vectors, changing one lane a round; answers the last sum.
(module
  (memory (export "memory") 1)
  (func $dot (result i32)
    (local $at i32) (local $sum v128)
    (loop $next
      (local.set $sum
        (i32x4.add (local.get $sum)
          (i32x4.dot_i16x8_s
            (v128.load (local.get $at))
            (v128.load offset=8192 (local.get $at)))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (i32.const 8192))))
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
      (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))
  (func (export "run") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (loop $fill
      (i32.store16 (local.get $i) (i32.mul (local.get $i) (i32.const 40503)))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 2))) (i32.const 16384))))
    (local.set $i (i32.const 0))
    (loop $rounds
      (local.set $sum (i32.add (local.get $sum) (call $dot)))
      (i32.store16 (i32.and (i32.shl (local.get $i) (i32.const 1)) (i32.const 8190)) (local.get $sum))
      (br_if $rounds (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $sum)))
