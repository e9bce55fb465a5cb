/** Dates and times as text that sorts as they do, whatever their form: `2024-07-29 10:00:03.1230000`, in UTC. */
const SHAPE = /^(?:(\d{4})(?:-(\d{1,2})-(\d{1,2})|(\d\d)(\d\d)))?(?:(?:^|[ T])(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?(?: ?(Z|[+-]\d\d:\d\d))?$/i;
/** What SQL Server takes for the day of a time without one. */
const NO_DAY = ['1900', '01', '01'];
const FRACTION = 7;
const MINUTE = 60_000;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/**
 * Null for text that is no time. Read are the forms that mean one moment in every language: `2024-07-29`, `20240729`, with
 * `10:00`, `10:00:03` or `10:00:03.1234567`, behind a blank or a `T`; an offset (`Z`, `+02:00`) is taken off.
 */
export function timeKey(text) {
    const match = SHAPE.exec(text.trim());
    if (match === null)
        return null;
    const [, year, month = match[4], day = match[5], , , hour, minute, second = '00', fraction = '', zone] = match;
    if (year === undefined && hour === undefined)
        return null;
    const [y, m, d] = year === undefined ? NO_DAY : [year, month.padStart(2, '0'), day.padStart(2, '0')];
    const clock = `${(hour ?? '00').padStart(2, '0')}:${minute ?? '00'}:${second}`;
    if (!isDay(Number(y), Number(m), Number(d)) || clock > '23:59:59' || /:[6-9]/.test(clock))
        return null;
    const away = offsetMinutes(zone);
    const moment = away === 0 ? `${y}-${m}-${d} ${clock}` : shifted(`${y}-${m}-${d}T${clock}Z`, away);
    return `${moment}.${fraction.padEnd(FRACTION, '0')}`;
}
function isDay(year, month, day) {
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    const days = month === 2 && !isLeap ? 28 : (DAYS[month - 1] ?? 0);
    return year > 0 && day > 0 && day <= days;
}
/** The moment in UTC. One that an offset takes beyond the year 9999 still comes behind all others. */
function shifted(time, minutes) {
    const text = new Date(Date.parse(time) - minutes * MINUTE).toISOString();
    return text.startsWith('+') ? `9999-12-32 ${text.slice(14, 22)}` : text.slice(0, 19).replace('T', ' ');
}
function offsetMinutes(zone) {
    if (zone === undefined || zone.length === 1)
        return 0;
    const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
    return zone.startsWith('-') ? -minutes : minutes;
}
