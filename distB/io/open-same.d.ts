/**
 * A file that is open, opened once more by its path. A backup or a pruning puts another file in the place of one that is
 * being read: whoever has it open reads on, but its path leads to the new one, in which everything lies elsewhere.
 */
/** `identity` as ByteFile has it. Null when the path leads to another file by now; throws when it leads nowhere. */
export declare function openSame(path: string, identity: string): number | null;
