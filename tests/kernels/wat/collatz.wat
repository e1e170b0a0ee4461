;; Longest Collatz chain that starts below n; answers the start.
(module
  (memory (export "memory") 1)
  (func (export "run") (param $n i32) (result i32)
    (local $start i32) (local $value i64) (local $length i32) (local $best i32) (local $bestStart i32)
    (local.set $start (i32.const 1))
    (block $done
      (loop $starts
        (br_if $done (i32.ge_u (local.get $start) (local.get $n)))
        (local.set $value (i64.extend_i32_u (local.get $start)))
        (local.set $length (i32.const 0))
        (loop $chain
          (if (i64.gt_u (local.get $value) (i64.const 1))
            (then
              (local.set $length (i32.add (local.get $length) (i32.const 1)))
              (if (i64.eqz (i64.and (local.get $value) (i64.const 1)))
                (then (local.set $value (i64.shr_u (local.get $value) (i64.const 1))))
                (else
                  (local.set $value
                    (i64.add (i64.mul (local.get $value) (i64.const 3)) (i64.const 1)))))
              (br $chain))))
        (if (i32.gt_u (local.get $length) (local.get $best))
          (then
            (local.set $best (local.get $length))
            (local.set $bestStart (local.get $start))))
        (local.set $start (i32.add (local.get $start) (i32.const 1)))
        (br $starts)))
    (local.get $bestStart)))
