/** Which disks of a group are at hand, and whose database counts. */
import { type Finding, StorageError } from '../errors.ts';
import type { LdmDatabase } from './database.ts';
import type { LdmMember } from './ldm-disk.ts';
export type MissingDisk = {
    readonly guid: string;
    readonly name: string;
};
/** The disks by GUID. One GUID on two images is neither of them, unless one is the image that was asked for. */
export declare class GroupDisks {
    #private;
    readonly findings: Finding[];
    /** The newest consistent one; null where no disk has one that can be read. */
    readonly database: LdmDatabase | null;
    constructor(members: readonly LdmMember[]);
    member(guid: string): LdmMember | null;
    /** Why there is no member of this GUID. */
    missingError({ guid, name }: MissingDisk): StorageError;
}
/** The disks that the database knows and nobody has. */
export declare function disksMissing(database: LdmDatabase, disks: GroupDisks): MissingDisk[];
