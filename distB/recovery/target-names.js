/**
 * Where the files of a volume go in the target. Names of one volume are distinct, so only a name that had to be altered
 * can collide with another, or, on a target that ignores case, any name: such names are remembered, and told apart by a
 * number.
 */
import { safeComponents, safeName, safeRootName } from "./safe-name.js";
export class TargetNames {
    #staging;
    #pathsSoFar;
    /** Altered target paths and the path in the volume each stands for. */
    #altered = new Map();
    /** All paths placed, from the first altered one on: most volumes have none. */
    #placed = null;
    /** On a target that ignores case: its paths as it compares them, and the path in the volume each stands for. */
    #folded;
    /** The folder of the last path: neighbours share theirs. */
    #folder;
    /** `pathsSoFar` gives what was placed before: asked once, and only where a name has to be altered. */
    constructor(staging, pathsSoFar) {
        this.#staging = staging;
        this.#pathsSoFar = pathsSoFar;
        this.#folded = staging.ignoresCase ? new Map() : null;
        this.#folder = this.#open('');
    }
    /** The place of a path; the root's has no name. */
    place(path) {
        const cut = path.lastIndexOf('/');
        if (cut !== this.#folder.path.length || !path.startsWith(this.#folder.path))
            this.#folder = this.#open(path.slice(0, cut));
        const folder = this.#folder;
        const wanted = path.slice(cut + 1);
        let name = path === '/' ? '' : folder.path === '' ? safeRootName(wanted) : safeName(wanted);
        if (this.#folded !== null)
            return { folder, name: this.#distinct(this.#folded, folder, name, path) };
        const altered = folder.altered || name !== wanted;
        if (!altered && this.#placed === null)
            return { folder, name };
        this.#placed ??= new Set(this.#pathsSoFar());
        this.#placed.add(path);
        for (let attempt = 2;; attempt++) {
            const target = folder.prefix + name;
            const owner = this.#altered.get(target);
            const taken = owner === undefined ? altered && this.#isTaken(folder, name) : owner !== path;
            if (!taken) {
                if (altered)
                    this.#altered.set(target, path);
                return { folder, name };
            }
            name = numbered(name, attempt);
        }
    }
    /** Where the target takes names that differ only in case for one: every name counts, as the target compares them. */
    #distinct(owners, folder, wanted, path) {
        let name = wanted;
        for (let attempt = 2;; attempt++) {
            const key = this.#staging.compared(folder.prefix + name);
            const owner = owners.get(key);
            if (owner === undefined)
                owners.set(key, path);
            if (owner === undefined || owner === path)
                return name;
            name = numbered(name, attempt);
        }
    }
    #isTaken(folder, name) {
        return this.#placed.has(`/${folder.prefix}${name}`) || this.#staging.hasFolder([...folder.components, name]);
    }
    #open(path) {
        const components = safeComponents(path);
        const joined = components.join('/');
        const prefix = joined === '' ? '' : `${joined}/`;
        const altered = path !== '' && `/${joined}` !== path;
        return { path, components, prefix, staged: this.#staging.pathOf(components), altered };
    }
}
function numbered(name, attempt) {
    return `${name.replace(/ \(\d+\)$/, '')} (${attempt})`;
}
