/** Exact numbers that no double holds: decimal, money and large bigint values, compared and added digit by digit. */
export declare class Decimal {
    #private;
    /** In units of 10^-scale. */
    readonly units: bigint;
    readonly scale: number;
    constructor(units: bigint, scale: number);
    /** Null for text that is no number. */
    static parse(text: string): Decimal | null;
    static of(value: number | bigint | Decimal): Decimal | null;
    /** Negative, zero or positive. */
    compare(other: Decimal): number;
    plus(other: Decimal): Decimal;
    /** With all its decimal places, as SQL Server prints it. */
    get text(): string;
    /** The same text for equal numbers, and for a double that is one: no zeros behind. */
    toString(): string;
}
/** What compares as the number in this text; a double where that is exact enough. Null for text that is no number. */
export declare function exactNumber(text: string): number | Decimal | null;
