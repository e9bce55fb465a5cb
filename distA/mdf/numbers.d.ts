/** Exact numbers as text, approximate ones as doubles. */
import type { Decode, SqlValue } from './value.ts';
/** Digits with a decimal point `scale` places from the right. */
export declare function scaledText(negative: boolean, digits: string, scale: number): string;
/** A 64-bit integer: a number where a number holds it. */
export declare function integerOf(value: bigint): SqlValue;
export declare const decodeBigint: Decode;
/** The number with the fewest digits that is this float of 32 bits and no other: 0.1, not 0.10000000149011612. */
export declare function realNumber(value: number): number;
export declare function moneyText(units: bigint): string;
export declare const decodeMoney: Decode;
export declare const decodeSmallMoney: Decode;
/** Sign byte (1: not negative), then the magnitude little-endian. */
export declare function decodeDecimal(scale: number): Decode;
/** Bytes that a decimal of this precision takes. */
export declare function decimalSize(precision: number): number;
