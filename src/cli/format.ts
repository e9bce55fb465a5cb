/** Numbers, times and tables for people. */

export { bytesText } from '../base/byte-units.ts';

/** Local time, to the second, with its offset: `2024-07-29 10:00:03 +02:00`. */
export function timeText(ms: number): string {
  if (!(ms > 0 && ms < 8.64e15)) return '-';
  const date = new Date(ms);
  const two = (value: number): string => String(Math.trunc(Math.abs(value))).padStart(2, '0');
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zone}`;
}

export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const rest = String(seconds % 60).padStart(2, '0');
  return seconds < 3600
    ? `${Math.floor(seconds / 60)}:${rest} min`
    : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Columns padded to their widest cell; numbers right-aligned where `right` says so. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

/**
 * A moment as the user writes it: ISO 8601, local unless it has an offset. A date alone means the end of that day,
 * because "as of the 29th" includes what was captured on the 29th. Where clocks go back, an hour that comes twice means
 * the first of the two; where they go forward, one that never comes means the hour after. Returns null for anything else.
 */
export function parseTime(text: string): Date | null {
  const shape = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i;
  if (!shape.test(text)) return null;
  const day = new Date(`${text.slice(0, 10)}T00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10)) return null; // 31 February
  const date = new Date(text.length === 10 ? `${text}T23:59:59.999` : text.replace(' ', 'T'));
  return Number.isNaN(date.getTime()) ? null : date;
}
