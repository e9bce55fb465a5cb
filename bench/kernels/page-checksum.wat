;; The checksum of a page: the words of each of its 16 sectors xored, rotated into one sum; the word at 60, where the sum
;; is kept, is left out. Built with: wat2wasm --enable-threads page-checksum.wat
(module (import "host" "memory" (memory 1 65536 shared))
 (func (export "sum") (param $p i32) (result i32)
  (local $page i32) (local $end i32) (local $stop i32) (local $sum i32) (local $a v128) (local $b v128)
  (local.set $page (local.get $p))
  (local.set $end (i32.add (local.get $p) (i32.const 8192)))
  (loop $sector
    (local.set $stop (i32.add (local.get $p) (i32.const 512)))
    (local.set $a (v128.const i64x2 0 0))
    (local.set $b (v128.const i64x2 0 0))
    (loop $step
      (local.set $a (v128.xor (local.get $a)
        (v128.xor (v128.load (local.get $p)) (v128.load offset=16 (local.get $p)))))
      (local.set $b (v128.xor (local.get $b)
        (v128.xor (v128.load offset=32 (local.get $p)) (v128.load offset=48 (local.get $p)))))
      (local.set $p (i32.add (local.get $p) (i32.const 64)))
      (br_if $step (i32.lt_u (local.get $p) (local.get $stop))))
    (local.set $a (v128.xor (local.get $a) (local.get $b)))
    (local.set $sum (i32.xor (i32.rotl (local.get $sum) (i32.const 1))
      (i32.xor
        (i32.xor (i32x4.extract_lane 0 (local.get $a)) (i32x4.extract_lane 1 (local.get $a)))
        (i32.xor (i32x4.extract_lane 2 (local.get $a)) (i32x4.extract_lane 3 (local.get $a))))))
    (br_if $sector (i32.lt_u (local.get $p) (local.get $end))))
  ;; The word at 60 went into the first sector, which was rotated 15 times since.
  (i32.xor (local.get $sum) (i32.rotl (i32.load offset=60 (local.get $page)) (i32.const 15)))))
