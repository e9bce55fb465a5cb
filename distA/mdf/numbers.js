/** Exact numbers as text, approximate ones as doubles. */
/** Digits with a decimal point `scale` places from the right. */
export function scaledText(negative, digits, scale) {
    const sign = negative && /[1-9]/.test(digits) ? '-' : '';
    if (scale === 0)
        return sign + digits;
    const padded = digits.padStart(scale + 1, '0');
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
/** A 64-bit integer: a number where a number holds it. */
export function integerOf(value) {
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
}
export const decodeBigint = (_bytes, view, start) => {
    const high = view.getInt32(start + 4, true);
    if (high >= -0x20_0000 && high < 0x20_0000)
        return high * 0x1_0000_0000 + view.getUint32(start, true);
    return integerOf(view.getBigInt64(start, true));
};
/** Digits that tell any two floats of 32 bits apart, and those that are nearly always enough. */
const REAL_DIGITS = 9;
const REAL_DIGITS_FEW = 6;
/** The number with the fewest digits that is this float of 32 bits and no other: 0.1, not 0.10000000149011612. */
export function realNumber(value) {
    for (let digits = REAL_DIGITS_FEW; digits < REAL_DIGITS; digits++) {
        const short = Number(value.toPrecision(digits));
        if (Math.fround(short) === value)
            return short;
    }
    return Number(value.toPrecision(REAL_DIGITS));
}
export function moneyText(units) {
    return scaledText(units < 0n, String(units < 0n ? -units : units), 4);
}
export const decodeMoney = (_bytes, view, start) => moneyText(view.getBigInt64(start, true));
export const decodeSmallMoney = (_bytes, view, start) => moneyText(BigInt(view.getInt32(start, true)));
/** Sign byte (1: not negative), then the magnitude little-endian. */
export function decodeDecimal(scale) {
    return (bytes, view, start, end) => {
        const sign = bytes[start];
        if (sign > 1 || end - start < 5)
            throw new RangeError('bytes that are no decimal number');
        const size = end - start - 1;
        if (size === 4)
            return scaledText(sign === 0, String(view.getUint32(start + 1, true)), scale);
        let magnitude = 0n;
        for (let i = size - 4; i >= 0; i -= 4)
            magnitude = (magnitude << 32n) | BigInt(view.getUint32(start + 1 + i, true));
        return scaledText(sign === 0, String(magnitude), scale);
    };
}
/** Bytes that a decimal of this precision takes. */
export function decimalSize(precision) {
    return precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17;
}
