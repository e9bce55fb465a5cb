/** A path as one word of a command line that a person may copy: for POSIX shells, and for cmd and PowerShell. */
/** Names on Windows hold no double quotes; POSIX shells leave everything between single quotes alone. */
export declare function shellWord(text: string, platform?: NodeJS.Platform): string;
