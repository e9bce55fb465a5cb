/** Verification of the block allocation table: every entry in the file, no two blocks on each other. */
import type { Finding, StorageError } from '../errors.ts';
import type { BlockTable } from './block-table.ts';
/** Findings of the first `blocks` entries; `span` is the bytes that a block takes with its bitmap. */
export declare function checkBlocks(blocks: number, table: BlockTable, span: number, fileSize: number, locate: (index: number) => number | StorageError): Iterable<Finding>;
