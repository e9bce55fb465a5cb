/** Writes to the device what stands complete in memory. That nobody waits for it any more is no error. */
export declare function tell(device: number, bytes: Uint8Array | DataView, at: number, length: number): void;
