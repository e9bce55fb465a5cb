/**
 * Where running mounts and attached disks are remembered: `PITVAULT_STATE`, else `$XDG_STATE_HOME/pitvault`; on Windows
 * `%LOCALAPPDATA%\pitvault`. A relative XDG_STATE_HOME is none, as its specification has it: each folder would have a memory of its own.
 */
import { isAbsolute, join, resolve } from 'node:path';
import { makeFolders } from "../io/make-folders.js";
import { operatingSystem } from "../io/operating-system.js";
export function stateFolder(environment = process.env) {
    const own = environment['PITVAULT_STATE'];
    if (own !== undefined && own !== '')
        return resolve(own);
    const state = environment['XDG_STATE_HOME'];
    if (state !== undefined && isAbsolute(state))
        return join(state, 'pitvault');
    const local = process.platform === 'win32' ? environment['LOCALAPPDATA'] : undefined;
    return join(local ?? join(operatingSystem().homedir(), '.local', 'state'), 'pitvault');
}
/** A folder below the state folder, made for its owner alone when it is missing. */
export function stateSubfolder(name) {
    const folder = join(stateFolder(), name);
    makeFolders(folder, 0o700);
    return folder;
}
