/** `pitvault dump DB TABLE --format csv|jsonl` */

import { openDatabase } from '../../database/open-database.ts';
import { corrupt, invalidArgument, type StorageError } from '../../errors.ts';
import { COMPUTED } from '../../mdf/table.ts';
import { type CommandCall, text } from '../command.ts';
import { tellLosses } from '../database-losses.ts';
import { databaseOptions } from '../database-options.ts';
import { ExitCode } from '../exit-code.ts';
import { note } from '../output.ts';
import { writeRows } from '../row-output.ts';

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
  let losses = 0;
  const onDamage = (error: StorageError): void => {
    if (losses++ < LOSSES_SHOWN) note(`lost: ${error.message}`);
  };
  const names = columns ?? table.columns.map((column) => column.name);
  const count = await writeRows(table.rows({ columns, onDamage }), names, format, signal);
  for (const { name, type } of table.columns) {
    if (type === COMPUTED && names.some((each) => each.toLowerCase() === name.toLowerCase()))
      note(`column ${name} is computed by SQL Server when it is asked, and not stored: here it is NULL`);
  }
  const code = tellLosses(handle);
  if (losses > 0) note(`${losses} pages, rows or values of ${table.fullName} could not be read; ${count} rows could`);
  else if (count !== table.rowCount)
    note(`${count} rows; the catalog counts ${table.rowCount}, which after an unclean stop may be behind`);
  return losses > 0 ? ExitCode.partial : code;
}
