/** Text in XML 1.0: what has to be escaped, and what XML cannot hold at all, not even as a reference. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those that XML forbids; lone surrogates are \p{Cs}
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u;
const ALL_FORBIDDEN = new RegExp(FORBIDDEN, 'gu');
/** True where XML can hold every character. */
export function isXmlText(text) {
    return !FORBIDDEN.test(text);
}
/** For the content of elements. Characters that XML cannot hold stay as they are: data is not changed to show it. */
export function escapeContent(text) {
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
/** For content and for attributes in double quotes; the same. */
export function escapeXml(text) {
    return escapeContent(text).replaceAll('"', '&quot;');
}
/** For what is only shown, like names from disks: what XML cannot hold becomes U+FFFD. */
export function shownInXml(text) {
    return escapeXml(text.replace(ALL_FORBIDDEN, '\ufffd'));
}
