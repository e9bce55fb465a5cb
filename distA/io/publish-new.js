/** Gives a finished file its name: a hard link never replaces a file that came in the meantime, as a rename does. */
import { StorageError } from "../errors.js";
/** `requireFree` throws when something has the name already. */
export function publishNew(store, partial, path, requireFree) {
    try {
        store.link(partial, path);
    }
    catch (error) {
        if (!StorageError.is(error) || (error.code !== 'EEXIST' && error.kind !== 'unsupported'))
            throw error;
        requireFree();
        store.rename(partial, path);
        return;
    }
    store.unlink(partial);
}
