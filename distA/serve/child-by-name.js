/** Looking a name up as clients write it: it may stand for several names of the volume (host-names.ts). */
import { StorageError } from "../errors.js";
/**
 * The entry under the first of these names that there is. Damage of the directory is thrown when none is found: it may hold
 * one that cannot be seen.
 */
export function childByName(fileSystem, directory, names, isMeant = () => true) {
    let damage;
    for (const name of names) {
        try {
            const child = fileSystem.child(directory, name);
            if (child !== null && isMeant(child, name))
                return child;
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            damage ??= error;
        }
    }
    if (damage !== undefined)
        throw damage;
    return null;
}
