/** `pitvault check DB.mdf`: the health of a database. */

import { type BackupReport, checkBackup } from '../../database/backup-check.ts';
import { databaseHealth } from '../../database/health.ts';
import { invalidArgument } from '../../errors.ts';
import { openBytes } from '../../image/image.ts';
import { lsnText, productOf } from '../../mdf/boot-page.ts';
import type { BadPage, DatabaseHealth } from '../../mdf/health.ts';
import { readVirtualLogs, requireLog } from '../../mdf/log-file.ts';
import { type CommandCall, text } from '../command.ts';
import { databaseOptions } from '../database-options.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { findingLine, json, line } from '../output.ts';

const BAD_PAGES_SHOWN = 50;

const BACKUP = /\.(bak|trn)$/i;
const LOG = /\.ldf$/i;

export async function checkDatabaseFile(call: CommandCall): Promise<number> {
  const { words, options, signal, progress } = call;
  if (BACKUP.test(words[0]!)) return checkBackupFile(call);
  if (LOG.test(words[0]!)) return checkLogFile(call);
  const health = await databaseHealth(words[0]!, {
    ...databaseOptions(call),
    log: text(options, 'log'),
    signal,
    onProgress: progress.update,
  });
  progress.end();
  const log = text(options, 'log');
  if (log !== undefined && health.log?.holdsCheckpoint !== true) {
    throw invalidArgument('MDF_LOG_FOREIGN', `${log} is no log of ${health.database} as it is in ${words[0]}`, {
      image: log,
      hint: 'its log holds the last checkpoint; leave --log out to have the database judged without',
    });
  }
  if (call.json) json({ image: words[0], ...health });
  else for (const each of healthLines(health)) line(each);
  return health.verdict === 'damaged' ? ExitCode.corrupt : ExitCode.ok;
}

/** The verdict first; then what it rests on. */
export function healthLines(health: DatabaseHealth): string[] {
  const { pages, log, badPages } = health;
  const lines = [`${health.database} (SQL Server ${health.product}): ${health.summary}`];
  const kinds = [
    pages.checksum > 0 ? `${pages.checksum} proved by checksum` : '',
    pages.tornBits > 0 ? `${pages.tornBits} by torn-page bits` : '',
    pages.unprotected > 0 ? `${pages.unprotected} without protection` : '',
    pages.bad > 0 ? `${pages.bad} bad` : '',
  ].filter((kind) => kind !== '');
  lines.push(`  ${pages.total} pages, ${pages.allocated} in use: ${kinds.join(', ')}`);
  if (log === null) lines.push('  its log was not looked at');
  else if (!log.holdsCheckpoint) lines.push(`  ${log.name}: does not hold the last checkpoint, so it is another log`);
  else {
    const after = log.nothingAfterCheckpoint === true ? 'nothing' : 'work that is not in the data file';
    lines.push(
      `  ${log.name}: holds the last checkpoint, and after it ${after} (${log.activeVirtualLogs} virtual logs active)`,
    );
  }
  for (const bad of badPages.slice(0, BAD_PAGES_SHOWN)) lines.push(`  ${badPageText(bad)}`);
  if (badPages.length > BAD_PAGES_SHOWN) lines.push(`  ... ${pages.bad - BAD_PAGES_SHOWN} more bad pages`);
  for (const finding of health.findings) lines.push(`  ${findingLine(finding)}`);
  return lines;
}

function badPageText({ page, offset, defect, owners }: BadPage): string {
  const owner = owners.length === 0 ? 'of no table that is known' : `of ${owners.join(', ')}`;
  return `bad page ${page} at ${offset}: ${defect}, ${owner}`;
}

async function checkBackupFile(call: CommandCall): Promise<number> {
  const { words, signal, progress } = call;
  const report = await checkBackup(words[0]!, {
    ...databaseOptions(call),
    signal,
    onProgress: progress.update,
  });
  progress.end();
  if (call.json) json({ backup: words[0], ...report });
  else for (const each of backupLines(report)) line(each);
  const damaged = report.health?.verdict === 'damaged' || report.findings.some(({ severity }) => severity === 'error');
  if (damaged || report.obstacle?.kind === 'corrupt') return ExitCode.corrupt;
  // A log or a differential backup is whole without a database; one of several files is not.
  if (report.obstacle?.code === 'MTF_STRIPE_MISSING') return ExitCode.notFound;
  return report.obstacle?.kind === 'unsupported' ? ExitCode.unsupported : ExitCode.ok;
}

function backupLines({ medium, sums, health, obstacle, findings }: BackupReport): string[] {
  const lines = [`${medium.name}: ${medium.software}`];
  if (medium.stripes > 1) lines.push(`  file ${medium.stripe} of ${medium.stripes} of its media set`);
  if (medium.password) lines.push('  with a password, which hides nothing: it is read without');
  for (const set of medium.sets) {
    lines.push(
      `  set ${set.position}: ${set.kind} backup of ${set.database} on ${set.server}, ${set.started ?? 'at an unknown time'}`,
    );
    lines.push(`    by SQL Server ${productOf(set.version)} (${set.build}), database version ${set.version}`);
    lines.push(
      `    log from ${lsnText(set.firstLsn)} to ${lsnText(set.lastLsn)}, checkpoint ${lsnText(set.checkpointLsn)}`,
    );
    for (const file of set.files) lines.push(`    ${file.kind} ${file.logicalName}: ${file.physicalName}`);
    if (set.encrypted) lines.push('    encrypted: not readable here');
  }
  if (sums.checked > 0) lines.push(`  ${sums.checked - sums.wrong.length} of ${sums.checked} backup checksums match`);
  for (const finding of findings) lines.push(`  ${findingLine(finding)}`);
  if (health !== null) lines.push(...healthLines(health));
  if (obstacle !== null) lines.push(`  no database: ${obstacle.message}`);
  if (obstacle?.hint !== undefined) lines.push(`  what to do: ${obstacle.hint}`);
  return lines;
}

/** A log alone: its virtual logs. What it means is for the database to say: `pitvault check DB.mdf`. */
async function checkLogFile({ words, open, json: asJson }: CommandCall): Promise<number> {
  const source = await openBytes(words[0]!, open);
  try {
    requireLog(source.map, source.name);
    const virtualLogs = readVirtualLogs(source.map, source.name);
    if (asJson) json({ log: words[0], size: source.map.size, virtualLogs });
    else {
      const used = virtualLogs.filter(({ sequence }) => sequence !== 0);
      line(`${words[0]}: a transaction log, ${virtualLogs.length} virtual logs, ${used.length} of them used`);
      for (const { offset, size, sequence } of virtualLogs)
        line(`  at ${offset}: ${bytesText(size)}, ${sequence === 0 ? 'never used' : `sequence ${sequence}`}`);
      line('  whether a database needs it: pitvault check DB.mdf --log FILE');
    }
    return ExitCode.ok;
  } finally {
    source.close();
  }
}
