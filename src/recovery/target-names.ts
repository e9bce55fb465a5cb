/**
 * Where the files of a volume go in the target. Names of one volume are distinct, so only a name that had to be altered
 * can collide with another, or, on a target that ignores case, any name: such names are remembered, and told apart by a
 * number.
 */

import { safeComponents, safeName, safeRootName } from './safe-name.ts';
import type { Staging } from './staging.ts';

/** A folder of the volume, and what it is called in the target. */
export type Folder = {
  readonly path: string;
  readonly components: readonly string[];
  /** Relative to the target; '' or with a slash at its end. */
  readonly prefix: string;
  readonly staged: string;
  /** Its name or that of a folder around it had to be altered. */
  readonly altered: boolean;
};

/** Where a file goes. */
export type Place = { readonly folder: Folder; readonly name: string };

export class TargetNames {
  readonly #staging: Staging;
  readonly #pathsSoFar: () => Iterable<string>;
  /** Target paths of altered or made names, and whose each is: a path in the volume, or that with a stream. */
  readonly #altered = new Map<string, string>();
  /** All paths placed, from the first altered one on: most volumes have none. */
  #placed: Set<string> | null = null;
  /** On a target that ignores case: its paths as it compares them, and the path in the volume each stands for. */
  readonly #folded: Map<string, string> | null;
  /** The folder of the last path: neighbours share theirs. */
  #folder: Folder;

  /** `pathsSoFar` gives what was placed before: asked once, and only where a name has to be altered. */
  constructor(staging: Staging, pathsSoFar: () => Iterable<string>) {
    this.#staging = staging;
    this.#pathsSoFar = pathsSoFar;
    this.#folded = staging.ignoresCase ? new Map() : null;
    this.#folder = this.#open('');
  }

  /** The place of a path; the root's has no name. `owner`: whose it is, when no file of the volume has this path. */
  place(path: string, owner = path): Place {
    const cut = path.lastIndexOf('/');
    if (cut !== this.#folder.path.length || !path.startsWith(this.#folder.path))
      this.#folder = this.#open(path.slice(0, cut));
    const folder = this.#folder;
    const wanted = path.slice(cut + 1);
    let name = path === '/' ? '' : folder.path === '' ? safeRootName(wanted) : safeName(wanted);
    if (this.#folded !== null) return { folder, name: this.#distinct(this.#folded, folder, name, owner) };
    let altered = folder.altered || name !== wanted || owner !== path;
    if (!altered && this.#placed === null) return { folder, name };
    this.#placed ??= new Set(this.#pathsSoFar());
    this.#placed.add(owner);
    for (let attempt = 2; ; attempt++) {
      const target = folder.prefix + name;
      const there = this.#altered.get(target);
      const taken = there === undefined ? altered && this.#isTaken(folder, name) : there !== owner;
      if (!taken) {
        if (altered) this.#altered.set(target, owner);
        return { folder, name };
      }
      name = numbered(name, attempt);
      altered = true; // the number makes it one that others may have
    }
  }

  /** Where the target takes names that differ only in case for one: every name counts, as the target compares them. */
  #distinct(owners: Map<string, string>, folder: Folder, wanted: string, owner: string): string {
    let name = wanted;
    for (let attempt = 2; ; attempt++) {
      const key = this.#staging.compared(folder.prefix + name);
      const there = owners.get(key);
      if (there === undefined) owners.set(key, owner);
      if (there === undefined || there === owner) return name;
      name = numbered(name, attempt);
    }
  }

  #isTaken(folder: Folder, name: string): boolean {
    return this.#placed!.has(`/${folder.prefix}${name}`) || this.#staging.hasFolder([...folder.components, name]);
  }

  #open(path: string): Folder {
    const components = safeComponents(path);
    const joined = components.join('/');
    const prefix = joined === '' ? '' : `${joined}/`;
    const altered = path !== '' && `/${joined}` !== path;
    return { path, components, prefix, staged: this.#staging.pathOf(components), altered };
  }
}

function numbered(name: string, attempt: number): string {
  return `${name.replace(/ \(\d+\)$/, '')} (${attempt})`;
}
