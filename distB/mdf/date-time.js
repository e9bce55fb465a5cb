/** Dates and times: counts of days and of parts of a second, to text in SQL Server's form (ODBC canonical). */
const MS_PER_DAY = 86_400_000;
/** Days from 0001-01-01 to 1970-01-01, and from 1900-01-01. */
const DAYS_TO_1970 = 719_162;
const DAYS_1900_TO_1970 = 25_567;
const DAYS_MAX = 3_652_058; // 9999-12-31
const TICKS_PER_DAY = 300 * 86_400;
let lastDay = Number.NaN;
let lastText = '';
/** `2024-07-29` from days since 0001-01-01. */
function dayText(days) {
    if (days === lastDay)
        return lastText; // neighbours in a table are often of the same day
    if (!(days >= 0 && days <= DAYS_MAX))
        throw new RangeError(`day ${days} is no date`);
    lastText = new Date((days - DAYS_TO_1970) * MS_PER_DAY).toISOString().slice(0, 10);
    lastDay = days;
    return lastText;
}
const TWO = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));
function clockText(seconds) {
    return `${TWO[Math.floor(seconds / 3600)]}:${TWO[Math.floor(seconds / 60) % 60]}:${TWO[seconds % 60]}`;
}
function u24(bytes, at) {
    return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
}
/** u32 ticks of 1/300 s since midnight, then i32 days since 1900-01-01. */
export function datetimeText(ticks, days) {
    if (!(ticks < TICKS_PER_DAY))
        throw new RangeError(`${ticks} ticks are no time of day`);
    const ms = Math.round((ticks * 10) / 3);
    const seconds = Math.floor(ms / 1000);
    const day = dayText(days + DAYS_TO_1970 - DAYS_1900_TO_1970);
    return `${day} ${clockText(seconds)}.${String(ms % 1000).padStart(3, '0')}`;
}
export const decodeDatetime = (_bytes, view, start) => datetimeText(view.getUint32(start, true), view.getInt32(start + 4, true));
export function smallDatetimeText(minutes, days) {
    if (!(minutes < 1440))
        throw new RangeError(`${minutes} minutes are no time of day`);
    return `${dayText(days + DAYS_TO_1970 - DAYS_1900_TO_1970)} ${clockText(minutes * 60)}`;
}
export const decodeSmallDatetime = (_bytes, view, start) => smallDatetimeText(view.getUint16(start, true), view.getUint16(start + 2, true));
export const decodeDate = (bytes, _view, start) => dayText(u24(bytes, start));
/** Bytes that a time of this scale takes. */
export function timeSize(scale) {
    return scale <= 2 ? 3 : scale <= 4 ? 4 : 5;
}
function timeText(bytes, start, scale) {
    const unit = 10 ** scale;
    const count = timeCount(bytes, start, scale);
    if (!(count < 86_400 * unit))
        throw new RangeError(`${count} is no time of day`);
    const seconds = Math.floor(count / unit);
    return scale === 0 ? clockText(seconds) : `${clockText(seconds)}.${String(count % unit).padStart(scale, '0')}`;
}
function timeCount(bytes, start, scale) {
    let count = 0;
    for (let i = timeSize(scale) - 1; i >= 0; i--)
        count = count * 256 + bytes[start + i];
    return count;
}
export function decodeTime(scale) {
    return (bytes, _view, start) => timeText(bytes, start, scale);
}
export function decodeDatetime2(scale) {
    const size = timeSize(scale);
    return (bytes, _view, start) => `${dayText(u24(bytes, start + size))} ${timeText(bytes, start, scale)}`;
}
/** Stored as UTC with the offset in minutes; shown as SQL Server does, in the local time of the offset. */
export function decodeDatetimeOffset(scale) {
    const size = timeSize(scale);
    const unit = 10 ** scale;
    return (bytes, view, start) => {
        const offset = view.getInt16(start + size + 3, true);
        if (Math.abs(offset) > 14 * 60)
            throw new RangeError(`${offset} minutes are no time zone`);
        const count = timeCount(bytes, start, scale);
        const utcSeconds = Math.floor(count / unit);
        const local = u24(bytes, start + size) * 86_400 + utcSeconds + offset * 60;
        const day = Math.floor(local / 86_400);
        const fraction = scale === 0 ? '' : `.${String(count % unit).padStart(scale, '0')}`;
        const zone = Math.abs(offset);
        const sign = offset < 0 ? '-' : '+';
        return `${dayText(day)} ${clockText(local - day * 86_400)}${fraction} ${sign}${TWO[Math.floor(zone / 60)]}:${TWO[zone % 60]}`;
    };
}
