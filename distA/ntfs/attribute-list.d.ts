/**
 * $ATTRIBUTE_LIST: where the attributes of a file stand whose record is too small for them.
 *
 * Invariants:
 * 1. Only what the list names counts; an extension record's own list is never followed.
 * 2. An entry that breaks a rule ends the list: what it may have named is unknown, and that is said wherever it matters.
 */
/** Windows itself refuses longer ones. */
export declare const ATTRIBUTE_LIST_SIZE_MAX: number;
export type AttributeListEntry = {
    readonly type: number;
    readonly name: string;
    readonly startVcn: number;
    readonly recordNumber: number;
    readonly recordSequence: number;
    readonly id: number;
};
export type DecodedAttributeList = {
    readonly entries: AttributeListEntry[];
    /** `offset` in the list's value. */
    readonly defect: {
        readonly offset: number;
        readonly message: string;
    } | null;
};
export declare function decodeAttributeList(bytes: Uint8Array): DecodedAttributeList;
