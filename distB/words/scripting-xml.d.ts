/**
 * The door to fast-xml-parser: XML as elements that know their places in the text, so that one of them can be changed while
 * every other character stays as it was written.
 */
/** Places count UTF-16 units of the text. */
export type XmlElement = {
    readonly name: string;
    /** Values without references. */
    readonly attributes: ReadonlyMap<string, string>;
    readonly children: readonly XmlElement[];
    /** Its own text, without references and what is around it. */
    readonly text: string;
    /** `<`, and the place behind the last `>`. */
    readonly start: number;
    readonly end: number;
    /** What is between its tags; nothing, at its end, of `<a/>`. */
    readonly contentStart: number;
    readonly contentEnd: number;
    /** Written as `<a/>`. */
    readonly isEmptyTag: boolean;
};
/** The element that holds all others; `reason` tells where the text stops being XML, or what none of such a file may hold. */
export declare function parseXml(text: string): {
    root: XmlElement;
} | {
    reason: string;
};
/** The text with a child more in `parent`: before one of its children, else behind the last; indented as what is beside it. */
export declare function withChild(text: string, parent: XmlElement, lines: readonly string[], before?: XmlElement): string;
/** The text with this content, already escaped, in an element. */
export declare function withContent(text: string, element: XmlElement, content: string): string;
