/**
 * Differencing disks that stand on a disk: they are lost when it gets another identity. A disk does not know its children, so
 * they are looked for where they lie as a rule: in its own folder, and, where that is named by a GUID as in a storage pool
 * (`<PITId>/disk0.vhdx` over `..\<PITId>\disk0.vhdx`), in the other such folders beside it.
 */
/** Paths of the VHDX files beside these paths, but for themselves, that name a disk of this identity as their parent. */
export declare function childrenBeside(paths: readonly string[], identity: string): Generator<string>;
