/** Text in XML 1.0: what has to be escaped, and what XML cannot hold at all, not even as a reference. */
/** True where XML can hold every character. */
export declare function isXmlText(text: string): boolean;
/** For the content of elements. Characters that XML cannot hold stay as they are: data is not changed to show it. */
export declare function escapeContent(text: string): string;
/** For content and for attributes in double quotes; the same. */
export declare function escapeXml(text: string): string;
/** For what is only shown, like names from disks: what XML cannot hold becomes U+FFFD. */
export declare function shownInXml(text: string): string;
