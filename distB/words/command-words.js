/**
 * Command lines as Windows writes them: `-Switch`, `-Name value`, `/switch`, `/name=value`, in any case; everything else
 * is a word. One parser for all of the admin's words, in place of the framework's.
 */
import { invalidArgument } from "../errors.js";
/** Dashes of all lengths: documents turn one into another. */
const OPTION = /^(?:--?|[\u2010-\u2015]|\/(?=[a-z?]))(?<name>[a-z?][\w-]*)(?:[=:](?<value>.*))?$/is;
export function parseWords(args, spec) {
    const words = [];
    const given = new Map();
    const values = (spec.values ?? []).map((name) => name.toLowerCase());
    for (let index = 0; index < args.length; index++) {
        const word = args[index];
        const option = spec.isPowerShell === true && word.startsWith('/') ? undefined : OPTION.exec(word)?.groups;
        const name = option === undefined ? undefined : nameOf(option['name'], spec);
        const value = option?.['value'];
        if (name === undefined) {
            const isPlace = spec.takesPlaces === true && word.startsWith('/');
            if (option !== undefined && !isPlace && !isPath(word))
                throw usage(spec, `unknown option ${word}`);
            words.push(word);
        }
        else if (values.includes(name)) {
            const text = value ?? args[++index];
            if (text === undefined)
                throw usage(spec, `${word} needs a value`);
            if (given.has(name) && !(spec.repeated ?? []).some((one) => one.toLowerCase() === name))
                throw usage(spec, `${word}: there is one already: ${given.get(name).join(', ')}`);
            given.set(name, [...(given.get(name) ?? []), text]);
        }
        else if (value === undefined || isTrue(value, word, spec))
            given.set(name, []);
    }
    if (words.length < spec.least || words.length > spec.most)
        throw usage(spec, 'wrong number of words');
    return {
        words,
        has: (name) => given.has(name.toLowerCase()),
        value: (name) => given.get(name.toLowerCase())?.at(-1),
        all: (name) => given.get(name.toLowerCase()) ?? [],
    };
}
/** The name that is meant, in small letters, or undefined. */
function nameOf(text, spec) {
    const all = [...(spec.switches ?? []), ...(spec.values ?? [])];
    const wanted = text.toLowerCase();
    if (all.some((name) => name.toLowerCase() === wanted))
        return wanted;
    const meant = spec.isPowerShell ? all.filter((name) => name.toLowerCase().startsWith(wanted)) : [];
    if (meant.length > 1) {
        throw usage(spec, `-${text} is short for several: ${meant.map((name) => `-${name}`).join(', ')}`);
    }
    return meant[0]?.toLowerCase();
}
/** Of `$false`, shells other than PowerShell leave nothing, or `false`. */
function isTrue(value, word, spec) {
    if (spec.isPowerShell && /^\$?true$/i.test(value))
        return true;
    if (spec.isPowerShell && /^(?:\$?false)?$/i.test(value))
        return false;
    throw usage(spec, `${word}: a switch is given or not, or $true or $false in PowerShell's words`);
}
/** `/mnt/pool/disk0.vhdx` is a path here, not a switch. */
function isPath(word) {
    return word.startsWith('/') && word.slice(1).includes('/');
}
export function usage(spec, message) {
    return invalidArgument('WORDS_USAGE', message, { hint: `usage: ${spec.usage}` });
}
