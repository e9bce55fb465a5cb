/**
 * Comparison as SQL Server does it: text without case (with it where the column's collation has it) and without blanks at its
 * end, numbers exactly, times as moments, GUIDs in SQL Server's own order. Text beside another kind is converted to it; what
 * cannot be converted is refused where it stands in the query, and unknown (as NULL) where it stands in a row.
 */
import { parseGuid } from "../base/guid.js";
import { invalidArgument } from "../errors.js";
import { hexText, valueText } from "../mdf/value.js";
import { Decimal, exactNumber } from "./decimal.js";
import { timeKey } from "./time-key.js";
export function comparisonOf(type, isCaseSensitive = false) {
    if (type === 'bit')
        return 'bit';
    if (/^(tinyint|smallint|int|bigint|decimal|numeric|money|smallmoney|float|real)\b/.test(type))
        return 'number';
    if (/^(date|time|datetime|datetime2|smalldatetime|datetimeoffset)\b/.test(type))
        return 'time';
    if (type === 'uniqueidentifier')
        return 'guid';
    if (/^(binary|varbinary|image|rowversion)\b/.test(type))
        return 'binary';
    if (type === 'sql_variant')
        return 'any';
    return isCaseSensitive ? 'exact' : 'text';
}
export function isTextual(comparison) {
    return comparison === 'any' || comparison === 'text' || comparison === 'exact';
}
/** Two kinds side by side: the more special one decides, as SQL Server converts text to it. Throws where it converts neither. */
export function common(a, b) {
    if (a === b || b === 'any')
        return a;
    if (a === 'any')
        return b;
    if (isTextual(a))
        return isTextual(b) ? 'exact' : b;
    if (isTextual(b))
        return a;
    if ((a === 'bit' || a === 'number') && (b === 'bit' || b === 'number'))
        return 'number';
    throw invalidArgument('SQL_COMPARE', `values of kind ${a} and ${b} are not compared with each other`, {
        structure: 'SQL',
        hint: 'write the value in the form in which it is shown, between quotes',
    });
}
export function sortKey(value, comparison) {
    if (value === null)
        return null;
    switch (comparison) {
        case 'number':
        case 'bit':
            return numberKey(value, comparison);
        case 'time':
            return timeKey(valueText(value));
        case 'guid':
            return guidKey(valueText(value));
        case 'binary':
            return value instanceof Uint8Array ? hexText(value) : binaryKey(valueText(value));
        case 'exact':
            return typeof value === 'string' ? withoutBlanks(value) : valueText(value);
        default:
            if (typeof value === 'string')
                return withoutBlanks(value).toUpperCase();
            return value instanceof Uint8Array ? hexText(value) : numberKey(value, 'number');
    }
}
/** Throws for a text of the query that the comparison cannot convert. */
export function requireConvertible(text, comparison) {
    if (sortKey(text, comparison) !== null)
        return;
    const forms = {
        number: 'a number',
        bit: '0, 1, true or false',
        time: 'a time: 2024-07-29, 20240729, 2024-07-29 10:00:03.123, with an offset where it has one',
        guid: 'a GUID',
        binary: 'binary: 0x01FF',
    };
    throw invalidArgument('SQL_CONVERT', `'${text}' is compared with ${comparison} values and is none`, {
        structure: 'SQL',
        hint: `write ${forms[comparison] ?? 'another value'}`,
    });
}
function numberKey(value, comparison) {
    if (typeof value === 'number' || typeof value === 'bigint')
        return value;
    if (typeof value === 'boolean')
        return Number(value);
    if (value instanceof Uint8Array)
        return null;
    if (comparison === 'bit' && /^\s*(true|false)\s*$/i.test(value))
        return Number(/true/i.test(value));
    return exactNumber(value);
}
function withoutBlanks(text) {
    let end = text.length;
    while (end > 0 && text.charCodeAt(end - 1) === 0x20)
        end--;
    return end === text.length ? text : text.slice(0, end);
}
/** Digits in the order of their weight: the last six bytes, two more, then the three numbers as they are stored. */
function guidKey(text) {
    const guid = parseGuid(text);
    if (guid === null)
        return null;
    const pairs = guid.replaceAll('-', '').match(/../g);
    return [10, 11, 12, 13, 14, 15, 8, 9, 7, 6, 5, 4, 3, 2, 1, 0].map((i) => pairs[i]).join('');
}
function binaryKey(text) {
    return /^0x(?:[0-9a-f]{2})*$/i.test(text) ? `0x${text.slice(2).toUpperCase()}` : null;
}
/** Negative, zero or positive; NaN where one side is NULL. Of a sql_variant numbers come behind text. */
export function compareKeys(a, b) {
    if (a === null || b === null)
        return Number.NaN;
    const [left, right] = [typeof a === 'string', typeof b === 'string'];
    if (left !== right)
        return left ? -1 : 1;
    if (a instanceof Decimal || b instanceof Decimal) {
        const [one, other] = [Decimal.of(a), Decimal.of(b)];
        return one === null || other === null ? Number.NaN : one.compare(other);
    }
    return a < b ? -1 : a > b ? 1 : 0;
}
/** Equal for equal keys, other for others. */
export function keyText(key) {
    if (typeof key === 'string')
        return `s${key}`;
    const text = String(key);
    return `n${text.includes('e') ? (Decimal.parse(text) ?? text) : text}`;
}
