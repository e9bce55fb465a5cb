/** Typed values inside binary XML, as XML Schema writes them. */
import type { BinaryXmlInput } from './binary-xml-input.ts';
export declare function isAtom(token: number): boolean;
export declare function atomText(input: BinaryXmlInput, token: number, nameText: (index: number) => string): string;
