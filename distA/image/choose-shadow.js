/** Which shadow copy of a volume is meant. */
import { parseGuid } from "../base/guid.js";
import { invalidArgument, notFound, StorageError } from "../errors.js";
/** The volume as the chosen copy has it; the volume itself when nothing is chosen. Throws where its bytes cannot be told. */
export function chooseShadow(volume, choice) {
    if (choice.shadow === undefined && choice.shadowAtMs === undefined)
        return volume;
    const { copies, findings } = volume.shadowCopies;
    if (copies.length === 0) {
        const message = `volume ${volume.number} of ${volume.name} has no shadow copies`;
        const hint = findings[0]?.message ?? '`pitvault info` lists the volumes of the image and their shadow copies';
        throw notFound('SHADOW_NONE', message, { image: volume.name, hint });
    }
    const copy = choice.shadow === undefined ? copyAt(volume, choice.shadowAtMs) : copyNamed(volume, choice.shadow);
    const { obstacle } = copy;
    if (obstacle === null)
        return volume.shadow(copy);
    throw new StorageError(obstacle.kind, obstacle.code, `shadow copy ${copy.number}: ${obstacle.message}`, {
        ...obstacle.at,
        hint: obstacle.hint ?? `the other shadow copies may be whole: ${list(copies)}`,
        cause: obstacle,
    });
}
function copyNamed(volume, name) {
    const { copies } = volume.shadowCopies;
    const guid = parseGuid(name);
    if (guid === null && !/^\d+$/.test(name)) {
        throw invalidArgument('SHADOW_NAME', `"${name}" is neither the number nor the id of a shadow copy`, {
            image: volume.name,
            hint: `there are: ${list(copies)}`,
        });
    }
    const found = copies.find((copy) => guid === null ? copy.number === Number(name) : [copy.id, copy.storeGuid, copy.setId].includes(guid));
    if (found !== undefined)
        return found;
    const hint = `there are: ${list(copies)}`;
    throw notFound('SHADOW_MISSING', `volume ${volume.number} has no shadow copy ${name}`, { image: volume.name, hint });
}
function copyAt(volume, atMs) {
    const { copies } = volume.shadowCopies;
    const old = copies.filter((copy) => copy.createdMs <= atMs);
    const found = old.toSorted((a, b) => a.createdMs - b.createdMs).at(-1); // of one moment the one with the higher number
    if (found !== undefined)
        return found;
    const message = `volume ${volume.number} has no shadow copy made at or before that time`;
    throw notFound('SHADOW_NONE_AT', message, { image: volume.name, hint: `there are: ${list(copies)}` });
}
function list(copies) {
    const shown = copies
        .slice(0, 8)
        .map((copy) => `${copy.number} {${copy.id}} of ${new Date(copy.createdMs).toISOString()}`);
    return `${shown.join(', ')}${copies.length > shown.length ? ', ...' : ''}`;
}
