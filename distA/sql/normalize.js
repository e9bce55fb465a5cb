/**
 * Scripts as people paste them, made ready for the parser. Literals and names are taken out and stand in the text by
 * number, so the parser sees keywords, numbers and punctuation only: no name is ever a reserved word to it, no character
 * in a literal ever an escape. What documents do to scripts is undone and noted: `isn't null`, typographic quotes,
 * markdown's `\_` and `**`, `use`, `GO`.
 */
import { invalidArgument } from "../errors.js";
/** Words that mean something to the parser; all others are names. */
const KEYWORDS = new Set(('select distinct top from join inner left right full outer cross on as where and or not like in is null order by asc desc ' +
    'between group having union all exists case when then else end insert update delete into values create drop alter exec ' +
    'execute declare set with for offset fetch over truncate merge except intersect escape').split(' '));
/** Digits of a number with a fraction that the parser, which makes a double of it, keeps. */
const FRACTION_DIGITS = 15;
/** Names that the article's scripts have where the name of the SQL Server belongs. */
const PLACEHOLDER = /<?%?<?d[pl]m?[pl]?sqlservername>?%?>?/gi;
function newDraft(database) {
    return { text: '', names: [], literals: [], database, offsets: [] };
}
/** `server`: what to put for the placeholder of the article's scripts; without it the placeholder stands for any. */
export function normalizeScript(script, server) {
    return new Normalizer(script, server).run();
}
class Normalizer {
    #source;
    #server;
    #notes = new Set();
    #statements = [];
    #draft = newDraft(null);
    #at = 0;
    constructor(source, server) {
        this.#source = source;
        this.#server = server;
    }
    run() {
        while (this.#at < this.#source.length)
            this.#step();
        this.#endStatement();
        return { statements: this.#statements, notes: [...this.#notes] };
    }
    #step() {
        const source = this.#source;
        const at = this.#at;
        const rest = source.slice(at, at + 2);
        const char = source[at];
        if (rest === '--')
            this.#at = this.#lineEnd(at);
        else if (rest === '/*')
            this.#skipComment();
        else if (rest === '**')
            this.#drop(2, 'markdown bold was removed');
        else if (rest === '\\_' || rest === '\\*')
            this.#drop(1, 'markdown escapes were removed');
        else if (char === "'" || char === '\u2018' || char === '\u2019')
            this.#literal(at);
        else if ((char === 'N' || char === 'n') && /['\u2018\u2019]/.test(source[at + 1] ?? ''))
            this.#literal(at + 1);
        else if (char === '"' || char === '\u201c' || char === '\u201d')
            this.#quotedName(/["\u201c\u201d]/);
        else if (char === '[')
            this.#quotedName(/\]/);
        else if (char === ';') {
            this.#at++;
            this.#endStatement();
        }
        else if (/[\p{L}_#@]/u.test(char))
            this.#word();
        else if (/\s|\u00a0|\ufeff|\u200b/.test(char))
            this.#put(' ', 1);
        else if (/\d/.test(char))
            this.#number();
        else
            this.#put(char, 1);
    }
    #put(text, consumed) {
        for (let i = 0; i < text.length; i++)
            this.#draft.offsets.push(this.#at);
        this.#draft.text += text;
        this.#at += consumed;
    }
    /** `0x1F` and `1e5` would be a number and the name of a column; a fraction of many digits would be another number. */
    #number() {
        const [all, fraction] = /^\d+(\.\d+)?[\p{L}_]?/u.exec(this.#source.slice(this.#at, this.#at + 64));
        if (/[\p{L}_]$/u.test(all) || (fraction !== undefined && all.length > FRACTION_DIGITS + 1))
            throw this.#error(this.#at, 'this number is not understood: write it between quotes');
        this.#put(all, all.length);
    }
    #drop(count, note) {
        this.#notes.add(note);
        this.#at += count;
    }
    #lineEnd(from) {
        const end = this.#source.indexOf('\n', from);
        return end < 0 ? this.#source.length : end;
    }
    /** Comments nest in T-SQL. */
    #skipComment() {
        let depth = 0;
        const start = this.#at;
        do {
            const two = this.#source.slice(this.#at, this.#at + 2);
            if (two === '/*')
                depth++;
            else if (two === '*/')
                depth--;
            if (this.#at >= this.#source.length)
                throw this.#error(start, 'a comment has no end');
            this.#at += two === '/*' || two === '*/' ? 2 : 1;
        } while (depth > 0);
        this.#draft.text += ' ';
        this.#draft.offsets.push(start);
    }
    #literal(quoteAt) {
        let value = '';
        let at = quoteAt + 1;
        for (;; at++) {
            const char = this.#source[at];
            if (char === undefined)
                throw this.#error(quoteAt, 'a text literal has no end');
            if (!/['\u2018\u2019]/.test(char))
                value += char;
            else if (char === "'" && this.#source[at + 1] === "'") {
                value += "'";
                at++;
            }
            else
                break;
        }
        if (this.#source[quoteAt] !== "'")
            this.#notes.add('typographic quotes were read as plain ones');
        this.#draft.literals.push(this.#fill(value));
        this.#put(`'s${this.#draft.literals.length - 1}'`, at + 1 - this.#at);
    }
    /** Puts the server's name, its wildcards made plain, in the place of the placeholder. */
    #fill(value) {
        if (value.search(PLACEHOLDER) < 0)
            return value;
        PLACEHOLDER.lastIndex = 0;
        const server = this.#server;
        if (server === undefined) {
            this.#notes.add('the placeholder for the name of the SQL Server stands for any; --server NAME fills it in');
            return '%';
        }
        const plain = server.replace(/[[%_]/g, (wildcard) => `[${wildcard}]`);
        return `%${plain}%`;
    }
    #quotedName(end) {
        let name = '';
        let at = this.#at + 1;
        for (;; at++) {
            const char = this.#source[at];
            if (char === undefined || char === '\n')
                throw this.#error(this.#at, 'a quoted name has no end');
            if (!end.test(char))
                name += char;
            else if (this.#source[at + 1] === char && char !== '\u201c') {
                name += char;
                at++;
            }
            else
                break;
        }
        this.#name(name, at + 1 - this.#at);
    }
    #name(name, consumed) {
        this.#draft.names.push(name);
        this.#put(`[${this.#draft.names.length - 1}]`, consumed);
    }
    #word() {
        const rest = this.#source.slice(this.#at, this.#at + 256);
        const negated = /^isn['\u2019]t\b/i.exec(rest);
        if (negated !== null) {
            this.#notes.add(`"isn't null" was read as "is not null"`);
            this.#put('is not', negated[0].length);
            return;
        }
        // A markdown escape may stand inside the name.
        const raw = /^(?:[\p{L}\p{N}_#@$]|\\_)+/u.exec(rest)[0];
        const word = raw.replaceAll('\\_', '_');
        if (word !== raw)
            this.#notes.add('markdown escapes were removed');
        const lower = word.toLowerCase();
        if (lower === 'go' && this.#aloneOnLine(raw.length)) {
            this.#at += raw.length;
            this.#endStatement();
        }
        else if (lower === 'use' && this.#draft.text.trim() === '')
            this.#use(raw.length);
        else if (KEYWORDS.has(lower))
            this.#put(word, raw.length);
        else {
            if (/^\s*\(/.test(this.#source.slice(this.#at + raw.length, this.#at + raw.length + 16)))
                throw this.#error(this.#at, `the function ${word}() is not part of the SQL that is understood here`);
            this.#name(word, raw.length);
        }
    }
    #aloneOnLine(length) {
        const lineStart = this.#source.lastIndexOf('\n', this.#at - 1) + 1;
        const line = this.#source.slice(lineStart, this.#lineEnd(this.#at + length));
        return /^\s*go\s*$/i.test(line);
    }
    #use(length) {
        const rest = this.#source.slice(this.#at + length, this.#at + length + 300);
        const name = /^\s+(?:\[([^\]]+)\]|"([^"]+)"|([^\s;]+))\s*;?/.exec(rest);
        if (name === null)
            throw this.#error(this.#at, '`use` names no database');
        this.#at += length + name[0].length;
        this.#draft = newDraft(name[1] ?? name[2] ?? name[3]);
    }
    #endStatement() {
        const draft = this.#draft;
        this.#draft = newDraft(draft.database);
        if (draft.text.trim() === '')
            return;
        const { text, names, literals, database, offsets } = draft;
        const last = offsets.at(-1) ?? 0;
        this.#statements.push({ text, names, literals, database, sourceOf: (offset) => offsets[offset] ?? last });
    }
    #error(offset, message) {
        return syntaxError(this.#source, offset, message);
    }
}
/** The error for what is not understood, with line, column and the place itself. */
export function syntaxError(source, offset, message) {
    const before = source.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    const near = source
        .slice(offset, offset + 24)
        .split('\n')[0]
        .trim();
    return invalidArgument('SQL_SYNTAX', `${message} (line ${line}, column ${column}${near === '' ? '' : `, at "${near}"`})`, {
        structure: 'SQL',
        hint: 'understood are: select, distinct, top, joins, where with and, or, not, like, in, is null and comparisons, order by, and + on text',
    });
}
