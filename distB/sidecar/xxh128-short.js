/**
 * XXH128 (seed 0) of at most 240 bytes, for which XXH3 has five ways of its own. Only what is hashed once for a state is so
 * short, so this is written to be read. Source: the XXH3 specification in the xxHash repository (doc/xxhash_spec.md, "Small
 * inputs", "Medium inputs").
 */
import { viewOf } from "../base/bytes.js";
export const SHORT_MAX = 240;
const PRIME32_2 = 0x85ebca77n;
const PRIME64_1 = 0x9e3779b185ebca87n;
const PRIME64_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME64_3 = 0x165667b19e3779f9n;
const PRIME64_4 = 0x85ebca77c2b2ae63n;
const PRIME_MX1 = 0x165667919e3779f9n;
const PRIME_MX2 = 0x9fb21c651e98df25n;
/** Writes the digest to `target` at `at`, in canonical (big-endian) order. `secret`: the default one, 192 bytes. */
export function xxh128Short(bytes, secret, target, at) {
    const { low, high } = digestOf(viewOf(bytes), viewOf(secret));
    const out = viewOf(target);
    out.setBigUint64(at, high);
    out.setBigUint64(at + 8, low);
}
function digestOf(input, secret) {
    const length = input.byteLength;
    const key = (a, b) => u64(secret, a) ^ u64(secret, b);
    if (length === 0)
        return { low: avalanche64(key(64, 72)), high: avalanche64(key(80, 88)) };
    if (length <= 3)
        return upTo3(input, secret);
    if (length <= 8)
        return upTo8(input, key(16, 24));
    if (length <= 16)
        return upTo16(input, key(32, 40), key(48, 56));
    return length <= 128 ? upTo128(input, secret) : upTo240(input, secret);
}
function upTo3(input, secret) {
    const { byteLength: length } = input;
    const [first, middle, last] = [0, length >> 1, length - 1].map((at) => input.getUint8(at));
    const low = ((first << 16) | (middle << 24) | last | (length << 8)) >>> 0;
    const swapped = ((low >>> 24) | ((low >>> 8) & 0xff00) | ((low << 8) & 0xff0000) | (low << 24)) >>> 0;
    const high = ((swapped << 13) | (swapped >>> 19)) >>> 0;
    const key = (a, b) => (secret.getUint32(a, true) ^ secret.getUint32(b, true)) >>> 0;
    return { low: avalanche64(BigInt(low) ^ BigInt(key(0, 4))), high: avalanche64(BigInt(high) ^ BigInt(key(8, 12))) };
}
function upTo8(input, key) {
    const { byteLength: length } = input;
    const both = BigInt(input.getUint32(0, true)) + (BigInt(input.getUint32(length - 4, true)) << 32n);
    let { low, high } = product(both ^ key, word(PRIME64_1 + BigInt(length << 2)));
    high = word(high + (low << 1n));
    low ^= high >> 3n;
    low = word((low ^ (low >> 35n)) * PRIME_MX2);
    return { low: low ^ (low >> 28n), high: avalanche3(high) };
}
function upTo16(input, lowKey, highKey) {
    const { byteLength: length } = input;
    const last = u64(input, length - 8);
    const mixed = last ^ highKey;
    let { low, high } = product(u64(input, 0) ^ last ^ lowKey, PRIME64_1);
    low = word(low + (BigInt(length - 1) << 54n));
    high = word(high + mixed + (mixed & 0xffffffffn) * (PRIME32_2 - 1n));
    const end = product(low ^ swap(high), PRIME64_2);
    return { low: avalanche3(end.low), high: avalanche3(word(end.high + high * PRIME64_2)) };
}
/** From both ends inwards. */
function upTo128(input, secret) {
    const { byteLength: length } = input;
    let sums = { low: word(BigInt(length) * PRIME64_1), high: 0n };
    for (let pair = (length - 1) >> 5; pair >= 0; pair--)
        sums = mix32(sums, input, 16 * pair, length - 16 * (pair + 1), secret, 32 * pair);
    return finish(sums, length);
}
/** Front to back, the last 32 bytes once more. */
function upTo240(input, secret) {
    const { byteLength: length } = input;
    let sums = { low: word(BigInt(length) * PRIME64_1), high: 0n };
    for (let at = 0; at + 32 <= length; at += 32) {
        sums = mix32(sums, input, at, at + 16, secret, at < 128 ? at : 3 + at - 128);
        if (at === 96)
            sums = { low: avalanche3(sums.low), high: avalanche3(sums.high) };
    }
    return finish(mix32(sums, input, length - 16, length - 32, secret, 103), length);
}
function mix32({ low, high }, input, a, b, secret, key) {
    return {
        low: word(low + mix16(input, a, secret, key)) ^ word(u64(input, b) + u64(input, b + 8)),
        high: word(high + mix16(input, b, secret, key + 16)) ^ word(u64(input, a) + u64(input, a + 8)),
    };
}
function mix16(input, at, secret, key) {
    const { low, high } = product(u64(input, at) ^ u64(secret, key), u64(input, at + 8) ^ u64(secret, key + 8));
    return low ^ high;
}
function finish({ low, high }, length) {
    const spread = low * PRIME64_1 + high * PRIME64_4 + BigInt(length) * PRIME64_2;
    return { low: avalanche3(word(low + high)), high: word(-avalanche3(word(spread))) };
}
/** The last step of XXH3. */
function avalanche3(value) {
    const mixed = word((value ^ (value >> 37n)) * PRIME_MX1);
    return mixed ^ (mixed >> 32n);
}
/** That of XXH64. */
function avalanche64(value) {
    let mixed = word((value ^ (value >> 33n)) * PRIME64_2);
    mixed = word((mixed ^ (mixed >> 29n)) * PRIME64_3);
    return mixed ^ (mixed >> 32n);
}
function product(a, b) {
    const whole = a * b;
    return { low: word(whole), high: whole >> 64n };
}
function swap(value) {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setBigUint64(0, value);
    return bytes.getBigUint64(0, true);
}
function u64(view, at) {
    return view.getBigUint64(at, true);
}
function word(value) {
    return BigInt.asUintN(64, value);
}
