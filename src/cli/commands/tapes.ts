/** `pitvault tapes DB`: the tape card. */

import { openDatabase } from '../../database/open-database.ts';
import { DatabaseTables } from '../../database/sql-tables.ts';
import { readTapeCard } from '../../dpmdb/tape-card.ts';
import type { CommandCall } from '../command.ts';
import { tellLosses } from '../database-losses.ts';
import { databaseOptions } from '../database-options.ts';
import { table } from '../format.ts';
import { json, line } from '../output.ts';

export async function run(call: CommandCall): Promise<number> {
  await using handle = await openDatabase(call.words[0]!, databaseOptions(call));
  const tables = new DatabaseTables(handle.database);
  const tapes = await readTapeCard(tables);
  if (call.json) json({ database: call.words[0], tapes, partial: tables.partial });
  else if (tapes.length === 0) line('no tape of this database holds DPMDB');
  else {
    line('Tapes that hold the DPM database. Print this and keep it away from the DPM server.');
    const rows = tapes.map((tape) => [
      tape.barcode ?? '(no barcode)',
      tape.label ?? '(no label)',
      `written ${tape.created ?? 'at an unknown time'}`,
      tape.expires === null ? 'never expires' : `expires ${tape.expires}`,
      tape.state,
      `${tape.path ?? ''} ${tape.file ?? ''}`.trim(),
    ]);
    for (const row of table(rows)) line(`  ${row}`);
  }
  return tellLosses(handle, tables.partial);
}
