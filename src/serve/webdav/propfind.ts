/** The XML of PROPFIND, RFC 4918: always the same few properties, whatever was asked. */

import { shownInXml } from '../../base/xml-text.ts';
import { type Item, urlName } from './dav-paths.ts';

export const MULTISTATUS_START = '<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">\n';
export const MULTISTATUS_END = '</D:multistatus>\n';

/** `href` is the path of the item's URL. */
export function responseXml(href: string, item: Item): string {
  const content = item.isFolder
    ? '<D:resourcetype><D:collection/></D:resourcetype>'
    : `<D:resourcetype/><D:getcontentlength>${item.size}</D:getcontentlength><D:getcontenttype>application/octet-stream</D:getcontenttype><D:getetag>${shownInXml(item.tag)}</D:getetag>`;
  return `<D:response><D:href>${shownInXml(href)}</D:href><D:propstat><D:prop><D:displayname>${shownInXml(item.name)}</D:displayname>${content}<D:getlastmodified>${httpDate(item.modifiedMs)}</D:getlastmodified><D:creationdate>${isoDate(item.createdMs)}</D:creationdate></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\n`;
}

/** What is to be known of the whole answer; stands behind all responses. */
export function descriptionXml(text: string): string {
  return `<D:responsedescription>${shownInXml(text)}</D:responsedescription>\n`;
}

export function childHref(folder: string, item: Item): string {
  return `${folder.endsWith('/') ? folder : `${folder}/`}${urlName(item.name)}${item.isFolder ? '/' : ''}`;
}

export function httpDate(ms: number): string {
  return new Date(shownMs(ms)).toUTCString();
}

function isoDate(ms: number): string {
  return `${new Date(shownMs(ms)).toISOString().slice(0, 19)}Z`;
}

/** Of the year 10000, which the formats of HTTP and WebDAV have no room for. */
const END_MS = 253_402_300_800_000;

/** A time that was never set, or cannot be told to clients, counts as the beginning. */
export function shownMs(ms: number): number {
  return ms > 0 && ms < END_MS ? ms : 0;
}
