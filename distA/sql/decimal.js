/** Exact numbers that no double holds: decimal, money and large bigint values, compared and added digit by digit. */
/** Any two decimal numbers of so many digits are two doubles, and sort as these do. */
const DOUBLE_DIGITS = 15;
const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;
export class Decimal {
    /** In units of 10^-scale. */
    units;
    scale;
    constructor(units, scale) {
        this.units = units;
        this.scale = scale;
    }
    /** Null for text that is no number. */
    static parse(text) {
        const match = SHAPE.exec(text);
        if (match === null)
            return null;
        const [, sign, whole = '', fraction = '', exponent = '0'] = match;
        if (whole === '' && fraction === '')
            return null;
        const scale = fraction.length - Number(exponent);
        const digits = BigInt(`${whole}${fraction}`) * (scale < 0 ? 10n ** BigInt(-scale) : 1n);
        return new Decimal(sign === '-' ? -digits : digits, Math.max(0, scale));
    }
    static of(value) {
        return value instanceof Decimal ? value : Decimal.parse(String(value));
    }
    /** Negative, zero or positive. */
    compare(other) {
        const [a, b] = [this.#at(Math.max(this.scale, other.scale)), other.#at(Math.max(this.scale, other.scale))];
        return a < b ? -1 : a > b ? 1 : 0;
    }
    plus(other) {
        const scale = Math.max(this.scale, other.scale);
        return new Decimal(this.#at(scale) + other.#at(scale), scale);
    }
    #at(scale) {
        return this.units * 10n ** BigInt(scale - this.scale);
    }
    /** With all its decimal places, as SQL Server prints it. */
    get text() {
        const digits = String(this.units < 0n ? -this.units : this.units).padStart(this.scale + 1, '0');
        const whole = digits.slice(0, digits.length - this.scale);
        const sign = this.units < 0n ? '-' : '';
        return this.scale === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-this.scale)}`;
    }
    /** The same text for equal numbers, and for a double that is one: no zeros behind. */
    toString() {
        return this.scale === 0 ? this.text : this.text.replace(/\.?0+$/, '');
    }
}
/** What compares as the number in this text; a double where that is exact enough. Null for text that is no number. */
export function exactNumber(text) {
    const trimmed = text.trim();
    if (trimmed === '')
        return 0; // as SQL Server has it
    const exact = Decimal.parse(trimmed);
    if (exact === null)
        return null;
    return trimmed.length <= DOUBLE_DIGITS || String(exact).replace(/[-.]/g, '').length <= DOUBLE_DIGITS
        ? Number(trimmed)
        : exact;
}
