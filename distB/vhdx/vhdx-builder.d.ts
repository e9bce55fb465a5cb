/**
 * A new VHDX with its contents, in a file that nobody has seen: blocks are written as they come, in any order, then BAT
 * and headers, then one flush, by `close`. Until then, or until it is settled, the file has no headers and is no VHDX to
 * anybody.
 */
import type { WritableFile } from '../io/file-store.ts';
import { type CreateParams } from './create-vhdx.ts';
import { VhdxWriter, type WriterOptions } from './vhdx-writer.ts';
export type BuilderOptions = Pick<WriterOptions, 'name' | 'parent' | 'newGuid'>;
/** Starts the disk. The writer that comes back owns the file. */
export declare function buildVhdx(file: WritableFile, params: CreateParams, options?: BuilderOptions): VhdxWriter;
