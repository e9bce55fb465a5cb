/** The primitives of a binary XML stream. Every read is bounds-checked: beyond the end is a RangeError. */
export declare class BinaryXmlInput {
    #private;
    readonly bytes: Uint8Array;
    readonly view: DataView;
    constructor(bytes: Uint8Array);
    get ended(): boolean;
    /** `DF FF`, version, code page. */
    header(): void;
    /** Offset of the next `length` bytes, which are then behind. */
    take(length: number): number;
    skip(length: number): void;
    u8(): number;
    peek(): number;
    /** Groups of seven bits, lowest first; the high bit says that more follow. */
    multiByte(): number;
    text(): string;
}
