/** Which disks of a group are at hand, and whose database counts. */
import { finding } from "../disk/disk-image.js";
import { notFound, StorageError } from "../errors.js";
const SPEC = 'LDM';
/** The disks by GUID. One GUID on two images is neither of them, unless one is the image that was asked for. */
export class GroupDisks {
    findings = [];
    /** The newest consistent one; null where no disk has one that can be read. */
    database;
    #asked;
    #members = new Map();
    #twice = new Map();
    constructor(members) {
        this.#asked = members[0];
        for (const member of members)
            this.#add(member);
        const databases = [...this.#members.values()].map(({ facts }) => facts.database).filter((one) => one !== null);
        this.database = databases.sort(newestFirst)[0] ?? null;
        for (const { facts } of this.#members.values())
            this.findings.push(...facts.findings);
        for (const { facts } of this.#members.values()) {
            if (facts.database === null || facts.database.committed === this.database.committed)
                continue;
            const message = `${facts.name} knows the group as of transaction ${facts.database.committed}, another disk as of ${this.database.committed}: it was away, or is an older copy`;
            const at = { image: facts.name, structure: 'VMDB' };
            this.findings.push(finding('warning', { code: 'LDM_DATABASES_DIFFER', message, at }, SPEC));
        }
    }
    #add(member) {
        const guid = member.facts.diskGuid;
        const other = this.#members.get(guid);
        if (other === this.#asked)
            return; // who asks for one copy of a disk means it
        if (other === undefined && !this.#twice.has(guid))
            this.#members.set(guid, member);
        else {
            this.#members.delete(guid);
            const names = this.#twice.get(guid) ?? [other.facts.name];
            this.#twice.set(guid, [...names, member.facts.name]);
        }
    }
    member(guid) {
        return this.#members.get(guid) ?? null;
    }
    /** Why there is no member of this GUID. */
    missingError({ guid, name }) {
        const names = this.#twice.get(guid);
        if (names !== undefined)
            return this.#ambiguous(guid, names);
        const { groupName, groupGuid } = this.#asked.facts;
        return notFound('LDM_DISK_MISSING', `disk "${name}" {${guid}} of disk group "${groupName}" {${groupGuid}} is not here`, {
            image: this.#asked.facts.name,
            structure: 'disk group',
            hint: 'put its image into the same folder, or give it: --disk IMAGE (repeatable)',
        });
    }
    #ambiguous(guid, names) {
        const message = `${names.length} images say that they are disk {${guid}}: ${names.slice(0, 4).join(', ')}`;
        return new StorageError('conflict', 'LDM_DISK_AMBIGUOUS', message, {
            image: this.#asked.facts.name,
            structure: 'disk group',
            hint: 'choose one of them with --disk IMAGE, or move the others to another folder',
        });
    }
}
/** The disks that the database knows and nobody has. */
export function disksMissing(database, disks) {
    return [...database.disks.values()].flatMap(({ guid, name }) => guid === null || disks.member(guid) !== null ? [] : [{ guid, name }]);
}
function newestFirst(a, b) {
    if (a.isConsistent !== b.isConsistent)
        return a.isConsistent ? -1 : 1;
    return a.committed === b.committed ? 0 : a.committed > b.committed ? -1 : 1;
}
