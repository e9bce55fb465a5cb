/** `pitvault sql DB "select ..."` */

import { decodeText } from '../../base/decode-text.ts';
import { openDatabase } from '../../database/open-database.ts';
import { csvLine, jsonLine, uniqueNames } from '../../database/row-text.ts';
import { DatabaseTables } from '../../database/sql-tables.ts';
import { invalidArgument } from '../../errors.ts';
import { readInput } from '../../io/read-input.ts';
import { type SqlRow, valueText } from '../../mdf/value.ts';
import type { QueryRows } from '../../sql/run-query.ts';
import { runScript } from '../../sql/script.ts';
import { type CommandCall, text } from '../command.ts';
import { databaseOptions } from '../database-options.ts';
import { ExitCode } from '../exit-code.ts';
import { table } from '../format.ts';
import { dataLine, line, note } from '../output.ts';
import { sizeOption } from '../size-option.ts';

/** Columns are aligned by the first rows; more come out as CSV, which needs no look ahead. */
const ALIGNED_MAX = 1000;
const SCRIPT_MAX = 1024 * 1024;
const FORMATS = ['table', 'csv', 'jsonl'];

export async function run(call: CommandCall): Promise<number> {
  const { words, options } = call;
  const format = call.json ? 'json' : (text(options, 'format') ?? 'table');
  if (format !== 'json' && !FORMATS.includes(format))
    throw invalidArgument('CLI_FORMAT', `"${format}" is no format`, { hint: `${FORMATS.join(', ')} are` });
  const script = call.waiting(() => scriptOf(words[1], text(options, 'script')));
  await using handle = await openDatabase(words[0]!, databaseOptions(call));
  const tables = new DatabaseTables(handle.database);
  const { notes, results } = await runScript(script, tables, {
    server: text(options, 'server'),
    memory: sizeOption(options, 'memory'),
  });
  for (const each of notes) note(`note: ${each}`);
  for (const [i, result] of results.entries()) {
    if (i > 0) line();
    if (format === 'table') printTable(result);
    else printLines(result, format);
  }
  if (handle.database.boot.cleanShutdown === false)
    note('note: the log was not replayed: the newest changes may be missing, unfinished ones may show');
  for (const { table: name, lost } of tables.partial)
    note(`partial: ${lost} pages, rows or values of ${name} could not be read`);
  return tables.partial.length > 0 ? ExitCode.partial : ExitCode.ok;
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

function printTable({ columns, rows }: QueryRows): void {
  const held: SqlRow[] = [];
  let aligned = true;
  for (const row of rows) {
    if (aligned) held.push(row);
    else dataLine(csvLine(row));
    if (!aligned || held.length < ALIGNED_MAX) continue;
    printAligned(columns, held);
    note(`note: the rows after the first ${ALIGNED_MAX} are CSV`);
    aligned = false;
  }
  if (!aligned) return;
  printAligned(columns, held);
  line(`(${held.length} row${held.length === 1 ? '' : 's'})`);
}

function printAligned(columns: readonly string[], rows: readonly SqlRow[]): void {
  const cells = rows.map((row) => row.map(cellText));
  const rule = columns.map((name, i) => '-'.repeat(Math.max(name.length, ...cells.map((row) => row[i]!.length))));
  for (const row of table([columns, rule, ...cells])) line(row);
}

function cellText(value: SqlRow[number]): string {
  return value === null ? 'NULL' : valueText(value).replace(/[\r\n\t]/g, ' ');
}

function printLines({ columns, rows }: QueryRows, format: string): void {
  const names = uniqueNames(columns);
  if (format === 'csv') dataLine(csvLine(names));
  if (format === 'json') dataLine('[');
  let first = true;
  for (const row of rows) {
    if (format === 'csv') dataLine(csvLine(row));
    else dataLine(`${format === 'jsonl' ? '' : first ? ' ' : ','}${jsonLine(names, row)}`);
    first = false;
  }
  if (format === 'json') dataLine(']');
}
