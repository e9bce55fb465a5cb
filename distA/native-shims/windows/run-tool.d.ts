/** Runs one of Windows' tools: argument vector, never a shell string; a time limit; output in the code page of consoles. */
import { type ErrorKind, StorageError } from '../../src/errors.ts';
import { type ToolCommand } from './commands.ts';
export type ToolResult = {
    readonly code: number;
    readonly out: string;
    readonly err: string;
};
/** Runs commands; tests put recordings in its place. */
export type ToolRunner = (command: ToolCommand) => Promise<ToolResult>;
/** What a tool says when it will not, or what is missing of what it should have done. */
export declare class ToolError extends StorageError {
    constructor(command: ToolCommand, message: string, kind?: ErrorKind);
}
/**
 * The runner for a real Windows. `codePage`: what `chcp` tells; 850 and 437 are those of Western systems. `systemRoot`:
 * tools are taken from there alone, since Windows would look into the current folder first, which may be anybody's.
 */
export declare function toolRunner(codePage?: number, systemRoot?: string | undefined): ToolRunner;
/** Text in the code page of a console; UTF-16 and UTF-8 are known by their marks. */
export declare function decodeOem(bytes: Buffer, codePage: number): string;
