/** Rows as text for other programs: CSV (RFC 4180) and JSON. */
import { hexText, valueText } from "../mdf/value.js";
/** A line of CSV without its end. NULL is nothing between the commas, an empty string is `""`. */
export function csvLine(values) {
    return values.map(csvField).join(',');
}
function csvField(value) {
    if (value === null)
        return '';
    const text = valueText(value);
    if (typeof value !== 'string')
        return text;
    return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
/** A row as one JSON object on one line; keys in the order of the columns. */
export function jsonLine(columns, values) {
    const fields = values.map((value, index) => `${JSON.stringify(columns[index])}:${jsonField(value)}`);
    return `{${fields.join(',')}}`;
}
/** Integers beyond 2^53 and binary values are strings: JSON has no place for them. */
function jsonField(value) {
    if (typeof value === 'bigint')
        return `"${value}"`;
    if (value instanceof Uint8Array)
        return `"${hexText(value)}"`;
    return JSON.stringify(value);
}
/** Column names that are unique as keys: a second `Replica` becomes `Replica_2`. */
export function uniqueNames(names) {
    const taken = new Set();
    return names.map((name, index) => {
        const base = name === '' ? `column${index + 1}` : name;
        let unique = base;
        for (let count = 2; taken.has(unique); count++)
            unique = `${base}_${count}`;
        taken.add(unique);
        return unique;
    });
}
