/**
 * XXH128 in place: 1.3 KB of WebAssembly with 128-bit instructions, in the memory into which blocks are read. Its text is
 * bench/kernels/xxh128.wat. It takes inputs of more than 240 bytes, which XXH3 treats alike; shorter
 * ones are done in xxh128-short.ts.
 *
 *     0      the default secret, the accumulators, the digest
 *     64 KiB where bytes are copied that lie elsewhere
 *     then   where callers read what they want to have hashed without copying
 */
import { wasmKernel, wasmMemory } from "../io/wasm-kernel.js";
import { SHORT_MAX, xxh128Short } from "./xxh128-short.js";
const MODULE = 'AGFzbQEAAAABEgNgAn5+AX5gAn9+AX5gAn9/AAITAQRob3N0Bm1lbW9yeQIDAYCABAMEAwABAgcIAQRoYXNoAAIKowgDbgEHfiAAQv////8PgyECIABCIIghAyABQv////8PgyEEIAFCIIghBSACIAR+IQYgAyAEfiEHIAZCIIggB0L/////D4N8IAIgBX58IQggB0IgiCAIQiCIfCADIAV+fCAIQiCGIAZC/////w+DhIULWAEBfwNAIAEgAikDwAEgACACaikDAIUgAikDyAEgACACaikDCIUQAHwhASACQRBqIQIgAkHAAEkNAAsgASABQiWIhUL5893xmfKZqxZ+IQEgASABQiCIhQvYBgIEfwZ7/Qw9rrLCAAAAAIfK64WxeTeeIQj9DE/r1Cc9rrLC+Xk3nrFnVhYhCf0MY66ywnfK64V3yuuFAAAAACEK/QzFZ1YWL+vUJ7F5N54AAAAAIQsgACABaiECA0AgAEHAAGogAk8EQCACQcAAayEAQfkAIQRBASEFCyAA/QAEACEGIAYgBP0ABAD9USEHIAggBiAG/Q0ICQoLDA0ODwABAgMEBQYH/c4BIAcgB/0NAAECAwgJCgsAAQIDCAkKCyAHIAf9DQQFBgcMDQ4PBAUGBwwNDg/93gH9zgEhCCAA/QAEECEGIAYgBP0ABBD9USEHIAkgBiAG/Q0ICQoLDA0ODwABAgMEBQYH/c4BIAcgB/0NAAECAwgJCgsAAQIDCAkKCyAHIAf9DQQFBgcMDQ4PBAUGBwwNDg/93gH9zgEhCSAA/QAEICEGIAYgBP0ABCD9USEHIAogBiAG/Q0ICQoLDA0ODwABAgMEBQYH/c4BIAcgB/0NAAECAwgJCgsAAQIDCAkKCyAHIAf9DQQFBgcMDQ4PBAUGBwwNDg/93gH9zgEhCiAA/QAEMCEGIAYgBP0ABDD9USEHIAsgBiAG/Q0ICQoLDA0ODwABAgMEBQYH/c4BIAcgB/0NAAECAwgJCgsAAQIDCAkKCyAHIAf9DQQFBgcMDQ4PBAUGBwwNDg/93gH9zgEhCyAFRQRAIABBwABqIQAgBEEIaiEEIARBgAFJDQH9DLF5N54AAAAAsXk3ngAAAAAgCCAIQS/9zQH9UUEA/QAEgAH9Uf3VASEI/QyxeTeeAAAAALF5N54AAAAAIAkgCUEv/c0B/VFBAP0ABJAB/VH91QEhCf0MsXk3ngAAAACxeTeeAAAAACAKIApBL/3NAf1RQQD9AASgAf1R/dUBIQr9DLF5N54AAAAAsXk3ngAAAAAgCyALQS/9zQH9UUEA/QAEsAH9Uf3VASELQQAhBAwBCwtBACAI/QsEwAFBACAJ/QsE0AFBACAK/QsE4AFBACAL/QsE8AFBAEH1ACABrULP1tO+0ser2UJ+Qn+FEAE3A4ACQQBBCyABrUKHla+vmLbem55/fhABNwOIAkEAQQD9AASAAkEA/QAEgAL9DQcGBQQDAgEADw4NDAsKCQj9CwSAAgsLxwEBAEEAC8ABuP5sOSOkS758AYEs9yGtHN7UbemDkJfbckCkpLezZx/LeeZOzMDleIJa0H3M/3IhuAhGdPdDJI7gNZDmgTomTDwoUruRwwDLiNBlixtTLqNxZEiXog35TjgZ70ap3qzYqPp2P+OcND/53LvHxwtPHYpR4EvNtFkxyJ9+ydl4c2TqxayDNNPrw8WBoP/6E2PrFw3dUbfw2knTFlUmKdRonisWvlh9R6H8j/i40XrQMc5FyzqPlRYEKK/X+8q7S0B+';
const PAGE = 65_536;
const DIGEST = 256;
const SECRET_SIZE = 192;
export const LENGTH_MAX = 1024 * 1024;
export class Xxh128 {
    /** LENGTH_MAX bytes, page-aligned: what is hashed here is not copied. */
    buffer;
    #copies;
    #digest;
    #secret;
    #hash;
    /** Null on a machine without such instructions. */
    static load() {
        return Xxh128.#ofRoom(LENGTH_MAX);
    }
    static #ofRoom(room) {
        const memory = wasmMemory(PAGE + room + LENGTH_MAX);
        const kernel = wasmKernel(MODULE, memory);
        return kernel === null ? null : new Xxh128(memory.buffer, room, kernel.hash);
    }
    constructor(memory, room, hash) {
        this.#digest = new Uint8Array(memory, DIGEST, 16);
        this.#copies = new Uint8Array(memory, PAGE, room);
        this.buffer = new Uint8Array(memory, PAGE + room, LENGTH_MAX);
        this.#secret = new Uint8Array(memory, 0, SECRET_SIZE);
        this.#hash = hash;
    }
    /** Writes the digest to `target` at `at`, in canonical order. */
    hash(bytes, target, at) {
        const isHere = bytes.buffer === this.buffer.buffer;
        if (bytes.length <= SHORT_MAX)
            xxh128Short(bytes, this.#secret, target, at);
        // What names a state of a huge disk is so long, and hashed once: it gets memory of its own for that.
        else if (!isHere && bytes.length > this.#copies.length)
            Xxh128.#ofRoom(bytes.length).hash(bytes, target, at);
        else
            this.#hashLong(bytes, isHere, target, at);
    }
    #hashLong(bytes, isHere, target, at) {
        if (!isHere)
            this.#copies.set(bytes);
        this.#hash(isHere ? bytes.byteOffset : PAGE, bytes.length);
        target.set(this.#digest, at);
    }
}
