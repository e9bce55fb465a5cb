/** `pitvault diff A B` */

import type { DiffRange } from '../../diff/diff-ranges.ts';
import { type DiffOptions, type DiffSummary, diffDisks } from '../../diff/disk-diff.ts';
import { openImage } from '../../image/image.ts';
import { type CommandCall, flag } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { line } from '../output.ts';

/** Ranges that are listed for people; `--json` lists all. */
const SHOWN = 10;

export async function run(call: CommandCall): Promise<number> {
  const { words, options, json: asJson, open, signal, progress } = call;
  await using before = await openImage(words[0]!, open);
  await using after = await openImage(words[1]!, open);
  let shown = 0;
  const onRange = (range: DiffRange): void => {
    if (asJson) line(JSON.stringify({ type: 'range', ...range }));
    else if (shown++ < SHOWN) line(rangeText(range));
  };
  const summary = await diffDisks(before.disk, after.disk, {
    host: await hostFiles(),
    mapOnly: flag(options, 'map-only'),
    signal,
    onRange,
    onProgress: (done, total) => progress.update(done, total, 'comparing'),
  } satisfies DiffOptions);
  progress.end();
  if (asJson) line(JSON.stringify({ type: 'summary', before: before.name, after: after.name, ...summary }));
  else printSummary(summary, shown);
  return summary.unreadable.ranges > 0 ? ExitCode.partial : ExitCode.ok;
}

function rangeText({ offset, length, state, error }: DiffRange): string {
  const why = error === undefined ? '' : `: ${error.message}`;
  return `${state.padEnd(10)} ${String(offset).padStart(16)} ${String(length).padStart(14)}${why}`;
}

function printSummary(summary: DiffSummary, ranges: number): void {
  if (ranges > SHOWN) line(`... and ${ranges - SHOWN} more ranges (--json lists all)`);
  for (const text of summaryLines(summary)) line(text);
}

export function summaryLines({ sizes, equal, changed, possible, unreadable, readBytes }: DiffSummary): string[] {
  const [before, after] = sizes;
  const lines = before === after ? [] : [`sizes differ: ${before} bytes before, ${after} after`];
  const found = [
    { text: 'changed', ...changed },
    { text: 'may differ (not read)', ...possible },
    { text: 'unreadable', ...unreadable },
  ].filter(({ ranges }) => ranges > 0);
  for (const { text, bytes, ranges } of found) lines.push(`${text}: ${bytesText(bytes)} in ${ranges} ranges`);
  if (found.length === 0) lines.push('the disks are equal');
  const proofs = [
    `${bytesText(equal.identity)} live in one place`,
    `${bytesText(equal.extents)} are shared or holes of the file system`,
    `${bytesText(equal.bytes)} were compared`,
  ];
  lines.push(`equal: ${proofs.join(', ')}`, `read: ${bytesText(readBytes)}`);
  return lines;
}
