/**
 * New content in the place of a file's, all of it at once: whoever reads meanwhile, and whoever comes after a crash, finds the
 * old file or the new one. The old one stays beside it under another name.
 */
/** Returns the name of the old file, or null where there was none. Behind a link it is the file itself that is replaced. */
export declare function replaceFile(path: string, content: Uint8Array): string | null;
