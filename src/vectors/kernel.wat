;; Dot products of one query with every row of a matrix.
;; Rows and query are padded with zeros to a multiple of 16 elements.
(module
  (memory (export "memory") 1)

  ;; int8: query at $query (i8 × $width), rows at $rows, one i32 per row written to $out.
  ;; Sums stay below 2^31 for widths up to 131,072.
  (func (export "dotI8")
    (param $query i32) (param $rows i32) (param $count i32) (param $width i32) (param $out i32)
    (local $at i32) (local $end i32) (local $q i32) (local $a v128) (local $b v128) (local $sum v128)
    (block $done
      (br_if $done (i32.eqz (local.get $count)))
      (local.set $at (local.get $rows))
      (loop $row
        (local.set $q (local.get $query))
        (local.set $end (i32.add (local.get $at) (local.get $width)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (loop $block
          (local.set $a (v128.load (local.get $at)))
          (local.set $b (v128.load (local.get $q)))
          (local.set $sum (i32x4.add (local.get $sum)
            (i32x4.dot_i16x8_s
              (i16x8.extend_low_i8x16_s (local.get $a)) (i16x8.extend_low_i8x16_s (local.get $b)))))
          (local.set $sum (i32x4.add (local.get $sum)
            (i32x4.dot_i16x8_s
              (i16x8.extend_high_i8x16_s (local.get $a)) (i16x8.extend_high_i8x16_s (local.get $b)))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (local.set $q (i32.add (local.get $q) (i32.const 16)))
          (br_if $block (i32.lt_u (local.get $at) (local.get $end))))
        (i32.store (local.get $out)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
            (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br_if $row (local.get $count)))))

  ;; int8, of some rows only: $ids are their numbers (u32 × $count, a multiple of 4), $rows is where row 0 is.
  ;; Four rows at a time share what is read of the query, and the machine fetches them at the same time.
  (func (export "dotI8At")
    (param $query i32) (param $rows i32) (param $ids i32) (param $count i32) (param $width i32) (param $out i32)
    (local $q i32) (local $end i32) (local $low v128) (local $high v128) (local $row v128)
    (local $a i32) (local $sum_a v128)
    (local $b i32) (local $sum_b v128)
    (local $c i32) (local $sum_c v128)
    (local $d i32) (local $sum_d v128)
    (local.set $end (i32.add (local.get $query) (local.get $width)))
    (block $done
      (br_if $done (i32.eqz (local.get $count)))
      (loop $rows4
        (local.set $a (i32.add (local.get $rows)
          (i32.mul (i32.load (local.get $ids)) (local.get $width))))
        (local.set $sum_a (v128.const i32x4 0 0 0 0))
        (local.set $b (i32.add (local.get $rows)
          (i32.mul (i32.load offset=4 (local.get $ids)) (local.get $width))))
        (local.set $sum_b (v128.const i32x4 0 0 0 0))
        (local.set $c (i32.add (local.get $rows)
          (i32.mul (i32.load offset=8 (local.get $ids)) (local.get $width))))
        (local.set $sum_c (v128.const i32x4 0 0 0 0))
        (local.set $d (i32.add (local.get $rows)
          (i32.mul (i32.load offset=12 (local.get $ids)) (local.get $width))))
        (local.set $sum_d (v128.const i32x4 0 0 0 0))
        (local.set $q (local.get $query))
        (loop $block
          (local.set $row (v128.load (local.get $q)))
          (local.set $low (i16x8.extend_low_i8x16_s (local.get $row)))
          (local.set $high (i16x8.extend_high_i8x16_s (local.get $row)))
          (local.set $row (v128.load (local.get $a)))
          (local.set $sum_a (i32x4.add (local.get $sum_a) (i32x4.add
            (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $row)) (local.get $low))
            (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $row)) (local.get $high)))))
          (local.set $a (i32.add (local.get $a) (i32.const 16)))
          (local.set $row (v128.load (local.get $b)))
          (local.set $sum_b (i32x4.add (local.get $sum_b) (i32x4.add
            (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $row)) (local.get $low))
            (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $row)) (local.get $high)))))
          (local.set $b (i32.add (local.get $b) (i32.const 16)))
          (local.set $row (v128.load (local.get $c)))
          (local.set $sum_c (i32x4.add (local.get $sum_c) (i32x4.add
            (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $row)) (local.get $low))
            (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $row)) (local.get $high)))))
          (local.set $c (i32.add (local.get $c) (i32.const 16)))
          (local.set $row (v128.load (local.get $d)))
          (local.set $sum_d (i32x4.add (local.get $sum_d) (i32x4.add
            (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $row)) (local.get $low))
            (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $row)) (local.get $high)))))
          (local.set $d (i32.add (local.get $d) (i32.const 16)))
          (local.set $q (i32.add (local.get $q) (i32.const 16)))
          (br_if $block (i32.lt_u (local.get $q) (local.get $end))))
        (i32.store (local.get $out) (i32.add
          (i32.add (i32x4.extract_lane 0 (local.get $sum_a)) (i32x4.extract_lane 1 (local.get $sum_a)))
          (i32.add (i32x4.extract_lane 2 (local.get $sum_a)) (i32x4.extract_lane 3 (local.get $sum_a)))))
        (i32.store offset=4 (local.get $out) (i32.add
          (i32.add (i32x4.extract_lane 0 (local.get $sum_b)) (i32x4.extract_lane 1 (local.get $sum_b)))
          (i32.add (i32x4.extract_lane 2 (local.get $sum_b)) (i32x4.extract_lane 3 (local.get $sum_b)))))
        (i32.store offset=8 (local.get $out) (i32.add
          (i32.add (i32x4.extract_lane 0 (local.get $sum_c)) (i32x4.extract_lane 1 (local.get $sum_c)))
          (i32.add (i32x4.extract_lane 2 (local.get $sum_c)) (i32x4.extract_lane 3 (local.get $sum_c)))))
        (i32.store offset=12 (local.get $out) (i32.add
          (i32.add (i32x4.extract_lane 0 (local.get $sum_d)) (i32x4.extract_lane 1 (local.get $sum_d)))
          (i32.add (i32x4.extract_lane 2 (local.get $sum_d)) (i32x4.extract_lane 3 (local.get $sum_d)))))
        (local.set $ids (i32.add (local.get $ids) (i32.const 16)))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (local.set $count (i32.sub (local.get $count) (i32.const 4)))
        (br_if $rows4 (local.get $count)))))

  ;; float32: the same with f32 elements, $width counted in elements, one f32 per row.
  (func (export "dotF32")
    (param $query i32) (param $rows i32) (param $count i32) (param $width i32) (param $out i32)
    (local $at i32) (local $end i32) (local $q i32) (local $sum v128) (local $more v128)
    (block $done
      (br_if $done (i32.eqz (local.get $count)))
      (local.set $at (local.get $rows))
      (loop $row
        (local.set $q (local.get $query))
        (local.set $end (i32.add (local.get $at) (i32.shl (local.get $width) (i32.const 2))))
        (local.set $sum (v128.const f32x4 0 0 0 0))
        (local.set $more (v128.const f32x4 0 0 0 0))
        (loop $block
          (local.set $sum (f32x4.add (local.get $sum)
            (f32x4.mul (v128.load (local.get $at)) (v128.load (local.get $q)))))
          (local.set $more (f32x4.add (local.get $more)
            (f32x4.mul (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $q)))))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (local.set $q (i32.add (local.get $q) (i32.const 32)))
          (br_if $block (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $sum (f32x4.add (local.get $sum) (local.get $more)))
        (f32.store (local.get $out)
          (f32.add
            (f32.add (f32x4.extract_lane 0 (local.get $sum)) (f32x4.extract_lane 1 (local.get $sum)))
            (f32.add (f32x4.extract_lane 2 (local.get $sum)) (f32x4.extract_lane 3 (local.get $sum)))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br_if $row (local.get $count))))))
