/**
 * Mounting without being root: fusermount3 (set-uid) opens /dev/fuse, mounts it, and sends the open device over a socket
 * that it inherits. Receiving a descriptor needs recvmsg(2), which Node does not offer.
 */
/** Undefined where koffi is missing. */
export declare function loadFusermount(): ((directory: string, options: readonly string[]) => Promise<number>) | undefined;
