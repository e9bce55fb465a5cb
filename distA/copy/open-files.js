/** Descriptors of the files that leaves name, for reads that do not go through a ByteFile. Opened when first needed. */
import { closeSync } from 'node:fs';
import { openSame } from "../io/open-same.js";
export class OpenFiles {
    #open = new Map();
    /** Null for a file that only its object can read: one without a path, or whose path leads elsewhere by now. */
    of(file) {
        if (file.path === null)
            return null;
        let open = this.#open.get(file);
        if (open === undefined) {
            open = reopen(file, file.path);
            this.#open.set(file, open);
        }
        return open;
    }
    [Symbol.dispose]() {
        this.close();
    }
    close() {
        for (const open of this.#open.values())
            if (open !== null)
                closeSync(open.fd);
        this.#open.clear();
    }
}
function reopen({ identity }, path) {
    try {
        const fd = openSame(path, identity);
        return fd === null ? null : { fd, path };
    }
    catch {
        return null; // gone: what has it open reads on
    }
}
