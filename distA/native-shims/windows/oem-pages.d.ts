/**
 * Upper halves of the code pages that consoles of Windows have and the platform's own decoders lack, in order from 0x80; U+FFFD
 * where a page has nothing. Source: the mappings of Unicode (VENDORS/MICSFT/PC).
 */
export declare const OEM_PAGES: ReadonlyMap<number, string>;
