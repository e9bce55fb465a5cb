/** The XML of PROPFIND, RFC 4918: always the same few properties, whatever was asked. */
import { shownInXml } from "../../base/xml-text.js";
import { urlName } from "./dav-paths.js";
export const MULTISTATUS_START = '<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">\n';
export const MULTISTATUS_END = '</D:multistatus>\n';
/** `href` is the path of the item's URL. */
export function responseXml(href, item) {
    const content = item.isFolder
        ? '<D:resourcetype><D:collection/></D:resourcetype>'
        : `<D:resourcetype/><D:getcontentlength>${item.size}</D:getcontentlength><D:getcontenttype>application/octet-stream</D:getcontenttype><D:getetag>${shownInXml(item.tag)}</D:getetag>`;
    return `<D:response><D:href>${shownInXml(href)}</D:href><D:propstat><D:prop><D:displayname>${shownInXml(item.name)}</D:displayname>${content}<D:getlastmodified>${httpDate(item.modifiedMs)}</D:getlastmodified><D:creationdate>${isoDate(item.createdMs)}</D:creationdate></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\n`;
}
export function childHref(folder, item) {
    return `${folder.endsWith('/') ? folder : `${folder}/`}${urlName(item.name)}${item.isFolder ? '/' : ''}`;
}
export function httpDate(ms) {
    return new Date(shownMs(ms)).toUTCString();
}
function isoDate(ms) {
    return `${new Date(shownMs(ms)).toISOString().slice(0, 19)}Z`;
}
/** A time that was never set, or is beyond what a Date holds, counts as the beginning. */
export function shownMs(ms) {
    return ms > 0 && ms < 8.64e15 ? ms : 0;
}
