/**
 * Scripts, lists and other small inputs, which need not be files: a pipe (`<(...)`), standard input. Each is read to its end, as
 * far as it may go, and nothing is seen of a signal meanwhile: whoever calls this says what one does then.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { asStorageError, invalidArgument } from "../errors.js";
const PIECE_SIZE = 64 * 1024;
const STANDARD_INPUT = 0;
const RETRY_MS = 5;
/** All bytes of the input, `-` for standard input. Throws INPUT_TOO_LARGE behind `sizeMax` bytes: it may have no end. */
export function readInput(path, sizeMax) {
    const chunks = [];
    let size = 0;
    try {
        const fd = path === '-' ? STANDARD_INPUT : openSync(path, 'r');
        try {
            for (;;) {
                const chunk = new Uint8Array(PIECE_SIZE);
                const count = readPiece(fd, chunk);
                if (count === 0)
                    return Buffer.concat(chunks, size);
                chunks.push(chunk.subarray(0, count));
                size += count;
                if (size > sizeMax)
                    throw tooLarge(path, sizeMax);
            }
        }
        finally {
            if (fd !== STANDARD_INPUT)
                closeSync(fd);
        }
    }
    catch (error) {
        throw asStorageError(error, { image: path });
    }
}
/** Bytes read; 0 at the end, which Windows tells of a pipe by an error. Waits where its descriptor would rather not. */
function readPiece(fd, target) {
    for (;;) {
        try {
            return readSync(fd, target, 0, target.length, null);
        }
        catch (error) {
            const { code } = error;
            if (code === 'EOF')
                return 0;
            if (code !== 'EAGAIN')
                throw error;
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
        }
    }
}
function tooLarge(path, sizeMax) {
    return invalidArgument('INPUT_TOO_LARGE', `${path} is larger than ${sizeMax} bytes`, {
        image: path,
        hint: 'is it the file you meant? of this kind no larger one is read',
    });
}
