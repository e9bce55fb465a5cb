/** `pitvault dump DB TABLE --format csv|jsonl` */

import { openDatabase } from '../../database/open-database.ts';
import { csvLine, jsonLine, uniqueNames } from '../../database/row-text.ts';
import { corrupt, invalidArgument, type StorageError } from '../../errors.ts';
import { type CommandCall, text } from '../command.ts';
import { databaseOptions } from '../database-options.ts';
import { ExitCode } from '../exit-code.ts';
import { dataLine, note } from '../output.ts';

/** Rows between two looks at Ctrl-C. */
const PAUSE_ROWS = 4096;
const LOSSES_SHOWN = 20;

export async function run(call: CommandCall): Promise<number> {
  const { words, options, json: asJson, signal } = call;
  const format = asJson ? 'json' : (text(options, 'format') ?? 'csv');
  if (format !== 'csv' && format !== 'jsonl' && format !== 'json')
    throw invalidArgument('CLI_FORMAT', `"${format}" is no format`, { hint: 'csv and jsonl are' });
  await using handle = await openDatabase(words[0]!, databaseOptions(call));
  const table = handle.database.table(words[1]!);
  if (table.columns.length === 0)
    throw corrupt('MDF_COLUMNS_UNKNOWN', `the catalog knows no column of ${table.fullName}`, {
      image: handle.locator,
      hint: '`pitvault check` tells whether its catalog is damaged; `pitvault tables` lists tables with their columns',
    });
  const columns = text(options, 'columns')
    ?.split(',')
    .map((name) => name.trim());
  const names = uniqueNames(columns ?? table.columns.map((column) => column.name));
  let losses = 0;
  const onDamage = (error: StorageError): void => {
    if (losses++ < LOSSES_SHOWN) note(`lost: ${error.message}`);
  };
  if (format === 'csv') dataLine(csvLine(names));
  if (format === 'json') dataLine('[');
  let count = 0;
  for (const row of table.rows({ columns, onDamage })) {
    if (format === 'csv') dataLine(csvLine(row));
    else dataLine(`${format === 'jsonl' ? '' : count === 0 ? ' ' : ','}${jsonLine(names, row)}`);
    if (++count % PAUSE_ROWS !== 0) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  if (format === 'json') dataLine(']');
  for (const { message } of handle.database.findings) note(`damage: ${message}`);
  if (losses > 0) note(`${losses} pages, rows or values of ${table.fullName} could not be read; ${count} rows could`);
  else if (count !== table.rowCount)
    note(`${count} rows; the catalog counts ${table.rowCount}, which after an unclean stop may be behind`);
  return losses > 0 ? ExitCode.partial : ExitCode.ok;
}
