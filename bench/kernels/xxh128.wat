;; XXH3 of 128 bits, seed 0, of more than 240 bytes. Built with: wat2wasm --enable-threads xxh128.wat
;;
;; Memory: 0 the default secret (192 bytes), 192 the eight accumulators, 256 the digest in canonical (big-endian) order.
;; What is hashed lies anywhere behind.
;; Source: the XXH3 specification in the xxHash repository (doc/xxhash_spec.md, "XXH3 Algorithm Overview", large inputs).
(module (import "host" "memory" (memory 1 65536 shared))
 (data (i32.const 0)
    "\b8\fe\6c\39\23\a4\4b\be\7c\01\81\2c\f7\21\ad\1c\de\d4\6d\e9\83\90\97\db\72\40\a4\a4\b7\b3\67\1f"
    "\cb\79\e6\4e\cc\c0\e5\78\82\5a\d0\7d\cc\ff\72\21\b8\08\46\74\f7\43\24\8e\e0\35\90\e6\81\3a\26\4c"
    "\3c\28\52\bb\91\c3\00\cb\88\d0\65\8b\1b\53\2e\a3\71\64\48\97\a2\0d\f9\4e\38\19\ef\46\a9\de\ac\d8"
    "\a8\fa\76\3f\e3\9c\34\3f\f9\dc\bb\c7\c7\0b\4f\1d\8a\51\e0\4b\cd\b4\59\31\c8\9f\7e\c9\d9\78\73\64"
    "\ea\c5\ac\83\34\d3\eb\c3\c5\81\a0\ff\fa\13\63\eb\17\0d\dd\51\b7\f0\da\49\d3\16\55\26\29\d4\68\9e"
    "\2b\16\be\58\7d\47\a1\fc\8f\f8\b8\d1\7a\d0\31\ce\45\cb\3a\8f\95\16\04\28\af\d7\fb\ca\bb\4b\40\7e")

 ;; The halves of the 128-bit product of two words, xored.
 (func $fold (param $a i64) (param $b i64) (result i64)
  (local $al i64) (local $ah i64) (local $bl i64) (local $bh i64) (local $low i64) (local $middle i64) (local $cross i64)
  (local.set $al (i64.and (local.get $a) (i64.const 0xffffffff)))
  (local.set $ah (i64.shr_u (local.get $a) (i64.const 32)))
  (local.set $bl (i64.and (local.get $b) (i64.const 0xffffffff)))
  (local.set $bh (i64.shr_u (local.get $b) (i64.const 32)))
  (local.set $low (i64.mul (local.get $al) (local.get $bl)))
  (local.set $middle (i64.mul (local.get $ah) (local.get $bl)))
  (local.set $cross (i64.add (i64.add (i64.shr_u (local.get $low) (i64.const 32))
    (i64.and (local.get $middle) (i64.const 0xffffffff))) (i64.mul (local.get $al) (local.get $bh))))
  (i64.xor
    (i64.add (i64.add (i64.shr_u (local.get $middle) (i64.const 32)) (i64.shr_u (local.get $cross) (i64.const 32)))
      (i64.mul (local.get $ah) (local.get $bh)))
    (i64.or (i64.shl (local.get $cross) (i64.const 32)) (i64.and (local.get $low) (i64.const 0xffffffff)))))

 ;; One half of the digest from the accumulators, with the secret from $s on.
 (func $merge (param $s i32) (param $sum i64) (result i64)
  (local $i i32)
  (loop $pair
    (local.set $sum (i64.add (local.get $sum) (call $fold
      (i64.xor (i64.load offset=192 (local.get $i)) (i64.load (i32.add (local.get $s) (local.get $i))))
      (i64.xor (i64.load offset=200 (local.get $i)) (i64.load offset=8 (i32.add (local.get $s) (local.get $i)))))))
    (local.set $i (i32.add (local.get $i) (i32.const 16)))
    (br_if $pair (i32.lt_u (local.get $i) (i32.const 64))))
  (local.set $sum (i64.mul (i64.xor (local.get $sum) (i64.shr_u (local.get $sum) (i64.const 37)))
    (i64.const 0x165667919e3779f9)))
  (i64.xor (local.get $sum) (i64.shr_u (local.get $sum) (i64.const 32))))

 (func (export "hash") (param $p i32) (param $length i32)
  (local $end i32) (local $block i32) (local $s i32) (local $last i32) (local $d v128) (local $k v128)
  (local $a0 v128) (local $a1 v128) (local $a2 v128) (local $a3 v128)
  (local.set $a0 (v128.const i64x2 0xc2b2ae3d 0x9e3779b185ebca87))
  (local.set $a1 (v128.const i64x2 0xc2b2ae3d27d4eb4f 0x165667b19e3779f9))
  (local.set $a2 (v128.const i64x2 0x85ebca77c2b2ae63 0x85ebca77))
  (local.set $a3 (v128.const i64x2 0x27d4eb2f165667c5 0x9e3779b1))
  (local.set $end (i32.add (local.get $p) (local.get $length)))
  ;; Stripes of 64 bytes, 16 to a block; the last stripe ends where the input does and has a place in the secret of its own.
  (loop $stripe
    (if (i32.ge_u (i32.add (local.get $p) (i32.const 64)) (local.get $end)) (then
      (local.set $p (i32.sub (local.get $end) (i32.const 64)))
      (local.set $s (i32.const 121))
      (local.set $last (i32.const 1))))
    (local.set $d (v128.load (local.get $p)))
    (local.set $k (v128.xor (local.get $d) (v128.load (local.get $s))))
    (local.set $a0 (i64x2.add
      (i64x2.add (local.get $a0) (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $d) (local.get $d)))
      (i64x2.extmul_low_i32x4_u
        (i8x16.shuffle 0 1 2 3 8 9 10 11 0 1 2 3 8 9 10 11 (local.get $k) (local.get $k))
        (i8x16.shuffle 4 5 6 7 12 13 14 15 4 5 6 7 12 13 14 15 (local.get $k) (local.get $k)))))
    (local.set $d (v128.load offset=16 (local.get $p)))
    (local.set $k (v128.xor (local.get $d) (v128.load offset=16 (local.get $s))))
    (local.set $a1 (i64x2.add
      (i64x2.add (local.get $a1) (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $d) (local.get $d)))
      (i64x2.extmul_low_i32x4_u
        (i8x16.shuffle 0 1 2 3 8 9 10 11 0 1 2 3 8 9 10 11 (local.get $k) (local.get $k))
        (i8x16.shuffle 4 5 6 7 12 13 14 15 4 5 6 7 12 13 14 15 (local.get $k) (local.get $k)))))
    (local.set $d (v128.load offset=32 (local.get $p)))
    (local.set $k (v128.xor (local.get $d) (v128.load offset=32 (local.get $s))))
    (local.set $a2 (i64x2.add
      (i64x2.add (local.get $a2) (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $d) (local.get $d)))
      (i64x2.extmul_low_i32x4_u
        (i8x16.shuffle 0 1 2 3 8 9 10 11 0 1 2 3 8 9 10 11 (local.get $k) (local.get $k))
        (i8x16.shuffle 4 5 6 7 12 13 14 15 4 5 6 7 12 13 14 15 (local.get $k) (local.get $k)))))
    (local.set $d (v128.load offset=48 (local.get $p)))
    (local.set $k (v128.xor (local.get $d) (v128.load offset=48 (local.get $s))))
    (local.set $a3 (i64x2.add
      (i64x2.add (local.get $a3) (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $d) (local.get $d)))
      (i64x2.extmul_low_i32x4_u
        (i8x16.shuffle 0 1 2 3 8 9 10 11 0 1 2 3 8 9 10 11 (local.get $k) (local.get $k))
        (i8x16.shuffle 4 5 6 7 12 13 14 15 4 5 6 7 12 13 14 15 (local.get $k) (local.get $k)))))
    (if (i32.eqz (local.get $last)) (then
      (local.set $p (i32.add (local.get $p) (i32.const 64)))
      (local.set $s (i32.add (local.get $s) (i32.const 8)))
      (br_if $stripe (i32.lt_u (local.get $s) (i32.const 128)))
      (local.set $a0 (i64x2.mul (v128.const i64x2 0x9e3779b1 0x9e3779b1) (v128.xor
        (v128.xor (local.get $a0) (i64x2.shr_u (local.get $a0) (i32.const 47))) (v128.load offset=128 (i32.const 0)))))
      (local.set $a1 (i64x2.mul (v128.const i64x2 0x9e3779b1 0x9e3779b1) (v128.xor
        (v128.xor (local.get $a1) (i64x2.shr_u (local.get $a1) (i32.const 47))) (v128.load offset=144 (i32.const 0)))))
      (local.set $a2 (i64x2.mul (v128.const i64x2 0x9e3779b1 0x9e3779b1) (v128.xor
        (v128.xor (local.get $a2) (i64x2.shr_u (local.get $a2) (i32.const 47))) (v128.load offset=160 (i32.const 0)))))
      (local.set $a3 (i64x2.mul (v128.const i64x2 0x9e3779b1 0x9e3779b1) (v128.xor
        (v128.xor (local.get $a3) (i64x2.shr_u (local.get $a3) (i32.const 47))) (v128.load offset=176 (i32.const 0)))))
      (local.set $s (i32.const 0))
      (br $stripe))))
  (v128.store offset=192 (i32.const 0) (local.get $a0))
  (v128.store offset=208 (i32.const 0) (local.get $a1))
  (v128.store offset=224 (i32.const 0) (local.get $a2))
  (v128.store offset=240 (i32.const 0) (local.get $a3))
  (i64.store offset=256 (i32.const 0) (call $merge (i32.const 117)
    (i64.xor (i64.mul (i64.extend_i32_u (local.get $length)) (i64.const 0xc2b2ae3d27d4eb4f)) (i64.const -1))))
  (i64.store offset=264 (i32.const 0) (call $merge (i32.const 11)
    (i64.mul (i64.extend_i32_u (local.get $length)) (i64.const 0x9e3779b185ebca87))))
  (v128.store offset=256 (i32.const 0) (i8x16.shuffle 7 6 5 4 3 2 1 0 15 14 13 12 11 10 9 8
    (v128.load offset=256 (i32.const 0)) (v128.load offset=256 (i32.const 0))))))
