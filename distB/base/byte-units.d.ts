/** Amounts of bytes for people: `4 KiB`, `1.50 GiB`. */
export declare function bytesText(bytes: number): string;
