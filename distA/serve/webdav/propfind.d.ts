/** The XML of PROPFIND, RFC 4918: always the same few properties, whatever was asked. */
import { type Item } from './dav-paths.ts';
export declare const MULTISTATUS_START = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\">\n";
export declare const MULTISTATUS_END = "</D:multistatus>\n";
/** `href` is the path of the item's URL. */
export declare function responseXml(href: string, item: Item): string;
export declare function childHref(folder: string, item: Item): string;
export declare function httpDate(ms: number): string;
/** A time that was never set, or is beyond what a Date holds, counts as the beginning. */
export declare function shownMs(ms: number): number;
