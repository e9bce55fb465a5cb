/**
 * Where the engine writes: files that change, and the folder operations that publish them. Everything that must survive
 * a power cut goes through this port, so that a simulated disk can lose, reorder and tear what was not flushed.
 *
 * Contract:
 * 1. Bytes written are visible to reads of any handle at once, and durable only after `flush` of the file.
 * 2. A created, linked, renamed or unlinked name is durable only after `syncFolder` of the folder that holds it; a new
 *    file's bytes and its name are made durable independently of each other.
 * 3. `rename` over an existing file is atomic: after a crash the name leads to the old or the new file, both whole.
 * 4. Every failure is a StorageError of kind `io`, `conflict` or `not-found` that names the path.
 */
export {};
