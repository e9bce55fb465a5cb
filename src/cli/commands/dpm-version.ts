/** `pitvault dpm-version DB [--target BUILD]` */

import { openDatabase } from '../../database/open-database.ts';
import { DatabaseTables } from '../../database/sql-tables.ts';
import { dpmVersion } from '../../dpmdb/dpm-version.ts';
import { type CommandCall, text } from '../command.ts';
import { tellLosses } from '../database-losses.ts';
import { databaseOptions } from '../database-options.ts';
import { ExitCode } from '../exit-code.ts';
import { table } from '../format.ts';
import { json, line } from '../output.ts';

export async function run(call: CommandCall): Promise<number> {
  await using handle = await openDatabase(call.words[0]!, databaseOptions(call));
  const tables = new DatabaseTables(handle.database);
  const report = await dpmVersion(tables, text(call.options, 'target'));
  const { product, version, engineBuild } = handle.database.boot;
  if (call.json)
    json({ database: call.words[0], sqlServer: { product, version, engineBuild }, ...report, partial: tables.partial });
  else {
    line(report.summary);
    line(`on SQL Server ${product} (database version ${version}, last opened by ${engineBuild})`);
    for (const row of table(report.builds.map(({ build, name, files }) => [build, name, files.join(', ')])))
      line(`  ${row}`);
  }
  const code = tellLosses(handle, tables.partial);
  return report.matches === false ? ExitCode.conflict : code;
}
