/** What the tools print, without their makers' banner: the same lines, indents and words, as far as we have the facts. */
import { volumeName } from "./volume-name.js";
/** As an English Windows prints it: `7/2/2014 8:00:02 PM`, local time. */
export function windowsTime(ms) {
    const date = new Date(ms);
    const two = (value) => String(value).padStart(2, '0');
    const hours = date.getHours();
    const day = `${date.getMonth() + 1}/${date.getDate()}/${date.getFullYear()}`;
    return `${day} ${hours % 12 === 0 ? 12 : hours % 12}:${two(date.getMinutes())}:${two(date.getSeconds())} ${hours < 12 ? 'AM' : 'PM'}`;
}
export const NO_ITEMS = 'No items found that satisfy the query.';
/** `vssadmin list shadows` */
export function vssadminShadows(shadows) {
    if (shadows.length === 0)
        return [NO_ITEMS];
    const sets = new Map();
    for (const shadow of shadows)
        sets.set(shadow.setId, [...(sets.get(shadow.setId) ?? []), shadow]);
    return [...sets.values()].flatMap((set) => [
        `Contents of shadow copy set ID: {${set[0].setId}}`,
        `   Contained ${set.length} shadow copies at creation time: ${windowsTime(set[0].createdMs)}`,
        ...set.flatMap((shadow) => [
            `      Shadow Copy ID: {${shadow.id}}`,
            `         Original Volume: ${shadow.originalPath === '' ? '' : `(${shadow.originalPath})`}${volumeName(shadow.originalGuid)}`,
            `         Shadow Copy Volume: ${shadow.device}`,
            `         Originating Machine: ${shadow.originatingMachine}`,
            `         Service Machine: ${shadow.serviceMachine}`,
            `         Provider: '${shadow.provider}'`,
            `         Type: ${shadow.type}`,
            `         Attributes: ${shadow.attributes.join(', ')}`,
        ]),
        '',
    ]);
}
/** One shadow copy as `diskshadow list shadows` prints it. */
export function diskshadowShadow(shadow, setSize) {
    const alias = shadow.alias === undefined ? '' : `\t\t%${shadow.alias}%`;
    return [
        `\t* Shadow copy ID = {${shadow.id}}${alias}`,
        `\t\t- Shadow copy set: {${shadow.setId}}`,
        `\t\t- Original count of shadow copies = ${setSize}`,
        `\t\t- Original volume name: ${volumeName(shadow.originalGuid)}${shadow.originalPath === '' ? '' : ` [${shadow.originalPath}]`}`,
        `\t\t- Creation time: ${windowsTime(shadow.createdMs)}`,
        `\t\t- Shadow copy device name: ${shadow.device}`,
        `\t\t- Originating machine: ${shadow.originatingMachine}`,
        `\t\t- Service machine: ${shadow.serviceMachine}`,
        shadow.exposed === null
            ? '\t\t- Not exposed'
            : `\t\t- Exposed locally as: ${shadow.exposed}${/^[A-Z]:$/.test(shadow.exposed) ? '\\' : ''}`,
        '\t\t- Provider ID: {b5946137-7b9f-4925-af80-51abd60b20d5}',
        `\t\t- Attributes:  ${shadow.attributes.map((name) => name.replace(/[ -](\w)/g, (_, letter) => `_${letter.toUpperCase()}`)).join(' ')}`,
        '',
    ];
}
/** The list below mountvol's usage. */
export function mountvolList(volumes) {
    return [
        'Possible values for VolumeName along with current mount points are:',
        '',
        ...volumes.flatMap(({ guid, mountPoints }) => [
            `    ${volumeName(guid)}`,
            ...(mountPoints.length === 0
                ? ['        *** NO MOUNT POINTS ***']
                : mountPoints.map((point) => `        ${point}`)),
            '',
        ]),
    ];
}
/** `Get-VHD`, as PowerShell lists an object. */
export function getVhd(facts) {
    const number = facts.diskNumber === null ? '' : String(facts.diskNumber);
    const rows = [
        ['ComputerName', facts.computerName],
        ['Path', facts.path],
        ['VhdFormat', facts.format.toUpperCase()],
        ['VhdType', facts.type[0].toUpperCase() + facts.type.slice(1)],
        ['FileSize', String(facts.fileSize)],
        ['Size', String(facts.size)],
        ['MinimumSize', ''],
        ['LogicalSectorSize', String(facts.logicalSectorSize)],
        ['PhysicalSectorSize', String(facts.physicalSectorSize)],
        ['BlockSize', String(facts.blockSize)],
        ['ParentPath', facts.parentPath],
        ['DiskIdentifier', facts.diskIdentifier.toUpperCase()],
        ['FragmentationPercentage', ''],
        ['Alignment', '1'],
        ['Attached', facts.diskNumber === null ? 'False' : 'True'],
        ['DiskNumber', number],
        ['IsPMEMCompatible', 'False'],
        ['AddressAbstractionType', 'None'],
        ['Number', number],
    ];
    return ['', ...rows.map(([name, value]) => `${name.padEnd(23)} : ${value}`.trimEnd()), '', ''];
}
