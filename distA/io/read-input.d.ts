/**
 * Scripts, lists and other small inputs, which need not be files: a pipe (`<(...)`), standard input. Each is read to its end, as
 * far as it may go, and nothing is seen of a signal meanwhile: whoever calls this says what one does then.
 */
/** All bytes of the input, `-` for standard input. Throws INPUT_TOO_LARGE behind `sizeMax` bytes: it may have no end. */
export declare function readInput(path: string, sizeMax: number): Uint8Array;
