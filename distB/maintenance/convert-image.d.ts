/**
 * A virtual disk in another container: raw, VHD (fixed, dynamic), VHDX (fixed, dynamic). The result stands alone, whatever
 * the source differed from.
 *
 * What has no bytes in the source gets none: blocks that are absent or zero stay so, zeros in its data are found and left
 * out. UNDEFINED and UNMAPPED, which backup programs tell apart from zeros, are kept where the blocks are the same.
 * Dynamic results are written block by block here; results whose bytes lie in one row are the copy engine's.
 */
import type { UnreadableRange } from '../copy/careful-read.ts';
import type { OpenOptions } from '../image/source.ts';
import { type NewFileOptions } from './host.ts';
export type ConvertFormat = 'raw' | 'vhd' | 'vhdx';
export type ConvertOptions = NewFileOptions & {
    /** From the extension of `out` unless given: `.vhdx`, `.vhd`, anything else is raw. */
    readonly format?: ConvertFormat | undefined;
    /** Dynamic unless given; raw images have no types. */
    readonly type?: 'dynamic' | 'fixed' | undefined;
    /** Of a dynamic VHDX; the source's unless given. */
    readonly blockSize?: number | undefined;
    /** Replace what cannot be read by zeros, and list it, instead of failing. */
    readonly salvage?: boolean | undefined;
    readonly threads?: 1 | 2 | undefined;
    /** Makes a raw result durable too; containers always are. */
    readonly sync?: boolean | undefined;
    readonly open?: OpenOptions | undefined;
};
export type ConvertReport = {
    readonly image: string;
    readonly out: string;
    readonly format: ConvertFormat;
    readonly type: 'dynamic' | 'fixed' | 'raw';
    /** Bytes of the virtual disk. */
    readonly size: number;
    /** Bytes that came from the source. */
    readonly payloadBytes: number;
    /** Of these, bytes that share the source's blocks and were not copied; raw results only. */
    readonly clonedBytes?: number;
    readonly unreadable: readonly UnreadableRange[];
};
export declare function formatOf(out: string): ConvertFormat;
/** Writes the disk to `out`. On any failure `out` is as it was. */
export declare function convertImage(source: string, out: string, options?: ConvertOptions): Promise<ConvertReport>;
