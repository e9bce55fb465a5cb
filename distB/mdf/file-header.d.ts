/** The file header (page 0 of every file): which file of which database it is. */
import { type Page } from './page.ts';
export type FileHeader = {
    readonly bindingId: string | null;
    /** 1: primary, 2: first log. */
    readonly fileId: number;
    /** Pages, as the server last wrote it. */
    readonly size: number | null;
    readonly sectorSize: number | null;
    readonly logicalName: string | null;
};
/** Throws kind `corrupt` for a page that is no file header. */
export declare function readFileHeader(page: Page, image: string): FileHeader;
