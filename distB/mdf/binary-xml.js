/**
 * xml columns: MS-BINXML, the token stream in which SQL Server stores them, back to XML text. Names and qualified names
 * go into tables in order of appearance and are referred to by index from 1.
 */
import { escapeContent, escapeXml } from "../base/xml-text.js";
import { BinaryXmlInput } from "./binary-xml-input.js";
import { atomText, isAtom } from "./binary-xml-values.js";
const Token = {
    name: 0xf0,
    qualifiedName: 0xef,
    flush: 0xe9,
    extension: 0xea,
    declaration: 0xfe,
    encoding: 0xfd,
    docType: 0xfc,
    docTypeSystem: 0xfb,
    docTypePublic: 0xfa,
    docTypeSubset: 0xf9,
    cdata: 0xf2,
    cdataEnd: 0xf1,
    nested: 0xec,
    nestedEnd: 0xeb,
    element: 0xf8,
    attribute: 0xf6,
    attributesEnd: 0xf5,
    elementEnd: 0xf7,
    instruction: 0xf4,
    comment: 0xf3,
    raw: 0xed,
};
/** Characters. A long name that is referred to again and again would take all memory. */
const TEXT_MAX = 64 * 1024 * 1024;
/** XML text of a stored value. Throws a RangeError for bytes that are no binary XML. */
export function readBinaryXml(bytes) {
    return bytes.length === 0 ? '' : new Reader(bytes).read();
}
class Reader {
    #input;
    #names = [''];
    #qualified = [];
    #open = [];
    #text = '';
    /** A start tag is written and not closed by `>` yet. */
    #inTag = false;
    #inAttribute = false;
    constructor(bytes) {
        this.#input = new BinaryXmlInput(bytes);
    }
    read() {
        this.#input.header();
        while (!this.#input.ended) {
            this.#token(this.#input.u8());
            if (this.#text.length > TEXT_MAX)
                throw new RangeError('binary XML that unfolds to more than is read into memory');
        }
        if (this.#open.length > 0)
            throw new RangeError('binary XML ends inside an element');
        return this.#text;
    }
    #token(token) {
        if (isAtom(token)) {
            this.#value(atomText(this.#input, token, (index) => this.#nameText(index)));
            return;
        }
        switch (token) {
            case Token.name:
                this.#names.push(this.#input.text());
                return;
            case Token.qualifiedName:
                this.#qualified.push({ uri: this.#name(), prefix: this.#name(), local: this.#name() });
                return;
            case Token.flush:
                this.#names.length = 1;
                this.#qualified.length = 0;
                return;
            case Token.extension:
                this.#input.skip(this.#input.multiByte());
                return;
            case Token.declaration:
                this.#declaration();
                return;
            case Token.docType:
                this.#docType();
                return;
            case Token.element: {
                this.#closeTag();
                const name = this.#nameText(this.#input.multiByte());
                this.#open.push(name);
                this.#text += `<${name}`;
                this.#inTag = true;
                return;
            }
            case Token.attribute:
                this.#endAttribute();
                this.#text += ` ${this.#attributeName(this.#input.multiByte())}="`;
                this.#inAttribute = true;
                return;
            case Token.attributesEnd:
                this.#endAttribute();
                return;
            case Token.elementEnd:
                this.#endElement();
                return;
            case Token.comment:
                this.#closeTag();
                this.#text += `<!--${this.#input.text()}-->`;
                return;
            case Token.instruction:
                this.#closeTag();
                this.#text += `<?${this.#name()} ${this.#input.text()}?>`;
                return;
            case Token.cdata:
                this.#closeTag();
                this.#text += `<![CDATA[${this.#input.text()}]]>`;
                return;
            case Token.raw:
                this.#closeTag();
                this.#text += this.#input.text();
                return;
            case Token.cdataEnd:
            case Token.nestedEnd:
                return;
            case Token.nested:
                this.#input.header();
                return;
            default:
                throw new RangeError(`binary XML token 0x${token.toString(16)} is unknown`);
        }
    }
    #value(text) {
        if (this.#inAttribute) {
            this.#text += escapeXml(text).replace(/[\r\n\t]/g, (char) => REFERENCES[char]);
            return;
        }
        this.#closeTag();
        this.#text += escapeContent(text).replaceAll('\r', REFERENCES['\r']);
    }
    #endElement() {
        this.#endAttribute();
        const name = this.#open.pop();
        if (name === undefined)
            throw new RangeError('binary XML closes an element that is not open');
        this.#text += this.#inTag ? '/>' : `</${name}>`;
        this.#inTag = false;
    }
    #endAttribute() {
        if (this.#inAttribute)
            this.#text += '"';
        this.#inAttribute = false;
    }
    #closeTag() {
        this.#endAttribute();
        if (this.#inTag)
            this.#text += '>';
        this.#inTag = false;
    }
    #declaration() {
        const version = this.#input.text();
        let encoding = '';
        if (this.#input.peek() === Token.encoding) {
            this.#input.u8();
            encoding = ` encoding="${this.#input.text()}"`;
        }
        const standalone = ['', ' standalone="yes"', ' standalone="no"'][this.#input.u8()] ?? '';
        this.#text += `<?xml version="${version}"${encoding}${standalone}?>`;
    }
    #docType() {
        this.#text += `<!DOCTYPE ${this.#input.text()}`;
        for (let next = this.#input.peek();; next = this.#input.peek()) {
            if (next !== Token.docTypeSystem && next !== Token.docTypePublic && next !== Token.docTypeSubset)
                break;
            this.#input.u8();
            const part = this.#input.text();
            if (next === Token.docTypeSubset)
                this.#text += ` [${part}]`;
            else
                this.#text += ` ${next === Token.docTypeSystem ? 'SYSTEM' : 'PUBLIC'} "${part}"`;
        }
        this.#text += '>';
    }
    #name() {
        const name = this.#names[this.#input.multiByte()];
        if (name === undefined)
            throw new RangeError('binary XML refers to a name that it does not define');
        return name;
    }
    #qualifiedAt(index) {
        const found = this.#qualified[index - 1];
        if (found === undefined)
            throw new RangeError('binary XML refers to a qualified name that it does not define');
        return found;
    }
    #nameText(index) {
        const { prefix, local } = this.#qualifiedAt(index);
        return prefix === '' ? local : `${prefix}:${local}`;
    }
    /** Without a local name it declares a namespace, and its prefix says which. */
    #attributeName(index) {
        const { prefix, local } = this.#qualifiedAt(index);
        return local === '' ? prefix : this.#nameText(index);
    }
}
/** What whoever reads the text would take for a blank: in attributes, and a carriage return anywhere. */
const REFERENCES = { '\r': '&#x0D;', '\n': '&#x0A;', '\t': '&#x09;' };
