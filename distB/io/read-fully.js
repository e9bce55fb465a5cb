/** Reads at a position until the target is full or the file ends. */
import { readSync } from 'node:fs';
import { asStorageError } from "../errors.js";
/** Bytes read: short only at the end of the file. Errors are of kind `io` and name the file and the offset. */
export function readFully(fd, name, offset, target) {
    let done = 0;
    try {
        while (done < target.length) {
            const count = readSync(fd, target, done, target.length - done, offset + done);
            if (count === 0)
                break;
            done += count;
        }
    }
    catch (error) {
        throw asStorageError(error, { image: name, structure: 'file', offset: offset + done });
    }
    return done;
}
