/** `pitvault tables DB` */

import { openDatabase } from '../../database/open-database.ts';
import type { Database } from '../../mdf/database.ts';
import type { Table } from '../../mdf/table.ts';
import { type CommandCall, flag } from '../command.ts';
import { findingsOf } from '../database-losses.ts';
import { databaseOptions } from '../database-options.ts';
import { ExitCode } from '../exit-code.ts';
import { table } from '../format.ts';
import { findingLine, json, line, nameText, note } from '../output.ts';

export async function run(call: CommandCall): Promise<number> {
  const { words, options, json: asJson } = call;
  await using handle = await openDatabase(words[0]!, databaseOptions(call));
  const { database } = handle;
  const tables = database.tables({ system: flag(options, 'system') });
  const findings = findingsOf(handle);
  if (asJson) json({ ...describeDatabase(database), tables: tables.map(describeTable), findings });
  else {
    line(`${database.name}: SQL Server ${database.boot.product} (database version ${database.boot.version})`);
    for (const row of table(tables.map(asRow), [1])) line(`  ${row}`);
    for (const finding of findings) note(findingLine(finding));
  }
  return findings.some((finding) => finding.severity === 'error') ? ExitCode.partial : ExitCode.ok;
}

function describeDatabase(database: Database) {
  const { name, image, boot } = database;
  const { version, product, engineBuild, compatibilityLevel, created, cleanShutdown } = boot;
  return { name, image, version, product, engineBuild, compatibilityLevel, created, cleanShutdown };
}

function describeTable({ schema, name, rowCount, kind, compression, columns }: Table) {
  return {
    schema,
    name,
    rows: rowCount,
    kind,
    compression,
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      nullable: column.nullable,
      identity: column.identity,
    })),
  };
}

function asRow(table: Table): string[] {
  const packed = table.compression === 'none' ? '' : `, compression ${table.compression}`;
  return [
    nameText(table.fullName),
    String(table.rowCount),
    `rows, ${table.columns.length} columns, ${table.kind}${packed}`,
  ];
}
