/** The structures of format.ts, as bytes. Encodes and nothing else. */
export type FooterFields = {
    readonly size: number;
    readonly type: 'fixed' | 'dynamic';
    /** 32 hexadecimal digits, with or without dashes. */
    readonly uniqueId: string;
    readonly timestampMs: number;
};
/** The 512 bytes of a footer, its checksum computed. */
export declare function encodeFooter({ size, type, uniqueId, timestampMs }: FooterFields): Uint8Array;
/** The 1024 bytes of a dynamic disk's header, its checksum computed. */
export declare function encodeDynamicHeader(tableOffset: number, entries: number, blockSize: number): Uint8Array;
