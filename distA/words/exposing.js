/** Giving a volume or a shadow copy a place where its files can be read, and taking it back. */
import { readdirSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalidArgument, notFound, StorageError } from "../errors.js";
import { isMounted } from "../serve/fuse/mount-point.js";
import { parseLetter } from "./volume-name.js";
/** At a letter, whose folder is in the state folder, or at an empty folder of the user's. */
export async function expose(state, mounter, place, request) {
    const letter = parseLetter(place);
    const at = letter ?? placeOf(place);
    return state.exclusively(async () => {
        const directory = letter === null ? realPlace(at) : state.letterFolder(letter);
        const taken = state.exposed(at) ?? state.exposed(directory);
        if (taken !== undefined) {
            throw new StorageError('conflict', 'DRIVE_IN_USE', `${at} is in use: it shows ${taken.image}`, {
                hint: `choose another letter, or free it: pitvault mountvol ${at} /D`,
            });
        }
        if (isMounted(directory)) {
            throw new StorageError('conflict', 'DRIVE_IN_USE', `${at} is in use: something else is mounted on ${directory}`, {
                hint: `choose another letter, or free it: pitvault unmount ${directory}`,
            });
        }
        if (letter === null && !isEmpty(directory)) {
            throw new StorageError('conflict', 'DRIVE_NOT_EMPTY', `${at} is not empty: what it holds would be hidden`, {
                hint: 'name an empty folder (mkdir DIR), or a letter',
            });
        }
        await mounter.mount(request.source, directory);
        const { volumeGuid, shadowId, image } = request;
        const exposure = { at, directory, volumeGuid, shadowId, image };
        state.addExposure(exposure);
        return exposure;
    });
}
function placeOf(place) {
    if (place.trim() === '') {
        throw invalidArgument('EXPOSE_PLACE', 'the place is empty', { hint: 'name a letter (X:), or an empty folder' });
    }
    if (place.startsWith('\\\\')) {
        throw invalidArgument('EXPOSE_SHARE', 'a network share needs Windows', { hint: 'name a letter or a folder' });
    }
    return resolve(place);
}
/** One that cannot be read is for the mount to judge: it may be what a dead one left. */
function isEmpty(folder) {
    try {
        return readdirSync(folder).length === 0;
    }
    catch {
        return true;
    }
}
/** The folder as the system lists mounts; as it was named where it cannot be reached (a mount whose server has died). */
function realPlace(folder) {
    try {
        return realpathSync(folder);
    }
    catch {
        return folder;
    }
}
export async function unexpose(state, mounter, exposure) {
    await state.exclusively(async () => {
        await mounter.unmount(exposure.directory);
        state.removeExposure(exposure);
    });
}
/** The exposure at a letter or folder. */
export function exposureAt(state, place) {
    const at = parseLetter(place) ?? resolve(place);
    const found = state.exposed(at) ?? state.exposed(realPlace(at));
    if (found !== undefined)
        return found;
    throw notFound('DRIVE_NOT_MOUNTED', `nothing is mounted at ${at}`, { hint: 'pitvault mountvol lists what is' });
}
