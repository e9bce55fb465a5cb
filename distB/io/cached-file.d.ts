/**
 * A small page cache in front of ByteFiles. Metadata reads (BAT entries, file records, index blocks) and small files are
 * a few KiB each and lie close together; without it each would pay a system call.
 *
 * Invariants:
 * 1. At most PAGES_MAX pages of PAGE_SIZE are held over all files of one PageCache, whatever the image's size. They are
 *    slots of one page-aligned slab: a fresh allocation for each page would be slower to read into, and garbage.
 * 2. Reads of PAGE_SIZE and more go past the cache and leave it as it is: large payload never evicts metadata.
 * 3. A page's bytes are copied out before anything else can be read, so a slot may be reused at any next read.
 * 4. A bad sector costs the reads of it, and no others: where more is read than was asked for and that fails, the page
 *    takes nothing more in, and what it does not hold is read as it was asked for.
 */
import type { ByteFile } from './byte-file.ts';
/** Pages of many files, evicted by second chance: a hit costs one lookup and one flag. */
export declare class PageCache {
    #private;
    /** Wraps a file; closing the wrapper closes the file. */
    open(file: ByteFile): ByteFile;
}
