;; Marks the 512-byte sectors in which two buffers differ. Built with: wat2wasm --enable-threads compare-sectors.wat
(module (import "host" "memory" (memory 1 65536 shared))
 (func (export "mark") (param $a i32) (param $b i32) (param $length i32) (param $bitmap i32) (result i32)
  (local $end i32) (local $stop i32) (local $bit i32) (local $found i32) (local $byte i32)
  (local.set $end (i32.add (local.get $a) (local.get $length)))
  (block $done (loop $sector
    (br_if $done (i32.ge_u (local.get $a) (local.get $end)))
    (local.set $stop (i32.add (local.get $a) (i32.const 512)))
    (block $next (loop $step
      (if (v128.any_true (v128.or (v128.or
           (v128.xor (v128.load (local.get $a)) (v128.load (local.get $b)))
           (v128.xor (v128.load offset=16 (local.get $a)) (v128.load offset=16 (local.get $b))))
          (v128.or
           (v128.xor (v128.load offset=32 (local.get $a)) (v128.load offset=32 (local.get $b)))
           (v128.xor (v128.load offset=48 (local.get $a)) (v128.load offset=48 (local.get $b))))))
        (then
          (local.set $found (i32.const 1))
          (local.set $byte (i32.add (local.get $bitmap) (i32.shr_u (local.get $bit) (i32.const 3))))
          (i32.store8 (local.get $byte) (i32.or (i32.load8_u (local.get $byte))
            (i32.shl (i32.const 1) (i32.and (local.get $bit) (i32.const 7)))))
          (local.set $b (i32.add (local.get $b) (i32.sub (local.get $stop) (local.get $a))))
          (local.set $a (local.get $stop))
          (br $next)))
      (local.set $a (i32.add (local.get $a) (i32.const 64)))
      (local.set $b (i32.add (local.get $b) (i32.const 64)))
      (br_if $step (i32.lt_u (local.get $a) (local.get $stop)))))
    (local.set $bit (i32.add (local.get $bit) (i32.const 1)))
    (br $sector)))
  (local.get $found)))
