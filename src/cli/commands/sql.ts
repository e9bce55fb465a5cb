/** `pitvault sql DB "select ..."` */

import { decodeText } from '../../base/decode-text.ts';
import { openDatabase } from '../../database/open-database.ts';
import { csvLine } from '../../database/row-text.ts';
import { DatabaseTables } from '../../database/sql-tables.ts';
import { invalidArgument } from '../../errors.ts';
import { readInput } from '../../io/read-input.ts';
import { type SqlRow, valueText } from '../../mdf/value.ts';
import type { QueryRows } from '../../sql/run-query.ts';
import { runScript } from '../../sql/script.ts';
import { type CommandCall, text } from '../command.ts';
import { tellLosses } from '../database-losses.ts';
import { databaseOptions } from '../database-options.ts';
import { table } from '../format.ts';
import { arrayEnd, arrayStart, dataLine, line, nameText, note } from '../output.ts';
import { pause, type RowFormat, writeRows } from '../row-output.ts';
import { sizeOption } from '../size-option.ts';

/** Columns are aligned by the first rows; more come out as CSV, which needs no look ahead. So do very wide ones. */
const ALIGNED_ROWS = 1000;
const ALIGNED_TEXT = 2 * 1024 * 1024;
const SCRIPT_MAX = 1024 * 1024;

export async function run(call: CommandCall): Promise<number> {
  const { words, options, signal, waiting } = call;
  const format = formatOf(call);
  const script = waiting(() => scriptOf(words[1], text(options, 'script')));
  await using handle = await openDatabase(words[0]!, databaseOptions(call));
  const tables = new DatabaseTables(handle.database);
  const { notes, results } = await runScript(script, tables, {
    server: text(options, 'server'),
    memory: sizeOption(options, 'memory'),
  });
  for (const each of notes) note(`note: ${each}`);
  const isList = format === 'json' && results.length > 1;
  if (isList) arrayStart();
  for (const [i, result] of results.entries()) {
    if (i > 0 && format !== 'json') line();
    if (format === 'table') await printTable(result, signal);
    else await writeRows(result.steps, result.columns, format, signal);
  }
  if (isList) arrayEnd();
  if (handle.database.boot.cleanShutdown === false)
    note('note: the log was not replayed: the newest changes may be missing, unfinished ones may show');
  return tellLosses(handle, tables.partial);
}

function formatOf({ options, json }: CommandCall): RowFormat | 'table' {
  const format = json ? 'json' : (text(options, 'format') ?? 'table');
  const known = (['table', 'csv', 'jsonl'] as const).find((each) => each === format);
  if (known !== undefined) return known;
  if (json) return 'json';
  throw invalidArgument('CLI_FORMAT', `"${format}" is no format`, { hint: 'table, csv and jsonl are' });
}

/** The statement, or a file with it; `-` is standard input. */
function scriptOf(statement: string | undefined, file: string | undefined): string {
  if ((statement === undefined) === (file === undefined))
    throw invalidArgument('CLI_SQL', 'give either a statement or --script FILE', {
      hint: '--script - reads standard input',
    });
  if (statement !== undefined) return statement;
  return decodeText(readInput(file!, SCRIPT_MAX));
}

/** Aligned as long as that can be held; then CSV. */
async function printTable({ columns: names, steps }: QueryRows, signal: AbortSignal): Promise<void> {
  const columns = names.map(nameText);
  const held: string[][] = [];
  let widths = columns.map((name) => name.length);
  let isAligned = true;
  for (const row of steps) {
    if (row === null) {
      await pause(signal);
      continue;
    }
    if (isAligned) {
      const cells = row.map(cellText);
      widths = widths.map((width, i) => Math.max(width, cells[i]!.length));
      if (
        held.length < ALIGNED_ROWS &&
        (held.length + 1) * widths.reduce((sum, each) => sum + each, 0) <= ALIGNED_TEXT
      ) {
        held.push(cells);
        continue;
      }
      printAligned(columns, held);
      note(`note: the rows after the first ${held.length} are CSV`);
      isAligned = false;
    }
    dataLine(csvLine(row));
  }
  if (!isAligned) return;
  printAligned(columns, held);
  line(`(${held.length} row${held.length === 1 ? '' : 's'})`);
}

function printAligned(columns: readonly string[], cells: readonly (readonly string[])[]): void {
  const rule = columns.map((name, i) => '-'.repeat(Math.max(name.length, ...cells.map((row) => row[i]!.length))));
  for (const row of table([columns, rule, ...cells])) line(row);
}

function cellText(value: SqlRow[number]): string {
  return value === null ? 'NULL' : valueText(value).replace(/[\r\n\t]/g, ' ');
}
