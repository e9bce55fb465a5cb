/** `pitvault recover SOURCE... --out DIR` */

import { isAbsolute, join, relative } from 'node:path';
import { invalidArgument } from '../../errors.ts';
import { openImage } from '../../image/image.ts';
import { openPool } from '../../pool/scan-pool.ts';
import { type RecoverOptions, recover } from '../../recovery/recover.ts';
import { type FileReport, REPORT_NAME, type RecoveryReport } from '../../recovery/report.ts';
import { shadowChoice, timeOption } from '../choose-volume.ts';
import { type CommandCall, flag, text, texts } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { isPool, refusePoolOptions } from '../is-pool.ts';
import { findingLine, json, line, nameText, note } from '../output.ts';
import { namedReplica } from '../pool-names.ts';

/** More lines than this say less than the report does. */
const LISTED_MAX = 20;

export async function run(call: CommandCall): Promise<number> {
  const options = recoverOptions(call);
  const report = (await isPool(call.words, call.open)) ? await fromPool(call, options) : await fromImage(call, options);
  call.progress.end();
  if (call.json) json(report);
  else print(report, flag(call.options, 'salvage'));
  const damaged = report.files.some((file) => file.database?.verdict === 'damaged');
  const { totals, unmatched = [] } = report;
  const partial = totals.failed > 0 || totals.unreadableBytes > 0 || damaged || unmatched.length > 0;
  return partial ? ExitCode.partial : ExitCode.ok;
}

async function fromPool(call: CommandCall, options: RecoverOptions): Promise<RecoveryReport> {
  await using pool = await openPool(call.words, call.open);
  const name = dataSourceName(call);
  const chosen = await namedReplica(pool, call, name ?? options.replica);
  // Of a data source everything is wanted; of DPMDB its database.
  const files = name === undefined ? options.files : (options.files ?? ['**']);
  return await recover(pool, { ...options, ...chosen, files });
}

async function fromImage(call: CommandCall, options: RecoverOptions): Promise<RecoveryReport> {
  const name = dataSourceName(call);
  if (name !== undefined) {
    throw invalidArgument('CLI_DATASOURCE', `${call.words[0]} is a single image: it has no data source "${name}"`, {
      hint: 'names belong to pools; of an image choose files with --files',
    });
  }
  await using image = await openImage(call.words[0]!, call.open);
  refusePoolOptions(call, image.name);
  return await recover(image, options);
}

/** A data source by the name that DPM has for it; `dpmdb` is the database of DPM itself. */
function dataSourceName({ options }: CommandCall): string | undefined {
  const name = text(options, 'datasource');
  if (name === undefined || name.toLowerCase() === 'dpmdb') return undefined;
  if (text(options, 'replica') === undefined) return name;
  throw invalidArgument('CLI_DATASOURCE', '--datasource and --replica exclude each other', {
    hint: 'leave out one of them: a data source has one replica',
  });
}

function recoverOptions({ options, signal, progress }: CommandCall): RecoverOptions {
  const out = text(options, 'out');
  if (out === undefined || out === '') {
    throw invalidArgument('CLI_OUT_MISSING', 'recover needs a target folder', {
      hint: 'add --out DIR; it is created when missing',
    });
  }
  const datasource = text(options, 'datasource');
  const chosen = ['latest', 'at', 'point'].filter((name) => options[name] !== undefined);
  if (chosen.length > 1) {
    throw invalidArgument('CLI_STATE', `--${chosen.join(' and --')} exclude each other`, {
      hint: 'leave out all but one; without any, the newest state is taken',
    });
  }
  return {
    out,
    datasource: datasource?.toLowerCase() === 'dpmdb' ? 'dpmdb' : undefined,
    files: texts(options, 'files'),
    server: text(options, 'server'),
    replica: text(options, 'replica'),
    latest: flag(options, 'latest'),
    at: timeOption(options, 'at'),
    ...shadowChoice(options),
    point: text(options, 'point'),
    volume: text(options, 'volume'),
    salvage: flag(options, 'salvage'),
    force: flag(options, 'force'),
    streams: flag(options, 'streams'),
    sync: flag(options, 'sync'),
    hash: !flag(options, 'no-hash'),
    host: hostFiles,
    checkDatabases: !flag(options, 'no-health'),
    signal,
    onProgress: progress.update,
  };
}

function print(report: RecoveryReport, isSalvage: boolean): void {
  const { source, totals, files } = report;
  line(`from ${source.image}`);
  if (source.replicaId !== undefined) {
    const kind = source.pointId === source.replicaId ? 'live replica' : `recovery point ${source.pointId}`;
    line(`  ${source.server}, replica ${source.replicaId}, ${kind}`);
    line(`  captured at ${source.capturedAt} (by ${source.capturedAtSource})`);
  }
  for (const finding of source.findings) line(`  ${findingLine(finding)}`);
  for (const file of mostTelling(files)) {
    const digest = file.sha256 === undefined ? '' : `  sha256 ${file.sha256}`;
    line(`  ${file.status}  ${nameText(file.target ?? file.path)}  ${bytesText(file.size)}${digest}`);
    if (file.error !== undefined)
      line(`    ${file.error.message}${file.error.hint === undefined ? '' : ` (${file.error.hint})`}`);
    for (const range of file.unreadable ?? [])
      line(`    zeros at ${range.offset}, ${range.length} bytes: ${range.error.message}`);
    if (file.database !== undefined) line(`    database ${file.database.database}: ${file.database.summary}`);
    for (const loss of file.lost ?? []) line(`    not kept: ${loss}`);
  }
  if (files.length > LISTED_MAX) line(`  ... ${files.length - LISTED_MAX} more in the report`);
  const failed = totals.failed > 0 ? `, ${totals.failed} failed` : '';
  const zeros = totals.unreadableBytes > 0 ? `, ${totals.unreadableBytes} bytes unreadable and written as zeros` : '';
  const cloned = totals.clonedBytes > 0 ? ` (${bytesText(totals.clonedBytes)} cloned, not copied)` : '';
  line(
    `${totals.files} file${totals.files === 1 ? '' : 's'}, ${bytesText(totals.bytes)}${cloned} in ${report.target}${failed}${zeros}`,
  );
  line(`report: ${join(report.target, REPORT_NAME)}`);
  for (const warning of report.warnings) note(`warning: ${warning}`);
  if (!isSalvage && totals.failed > 0 && files.some(({ error }) => isUnreadable(error, report.target))) {
    note('some files could not be read whole: run again with --salvage to get what is left of them');
  }
  if (report.next.length === 0) return;
  line('next, on the DPM server (same name and version as before):');
  for (const command of report.next) line(`  ${command}`);
}

/** What the target has refused is no damage of the source. */
function isUnreadable(error: FileReport['error'], target: string): boolean {
  if (error?.kind !== 'io' && error?.kind !== 'corrupt') return false;
  const image = error.at?.image;
  return image === undefined || /^\.\.(?:[\\/]|$)/.test(relative(target, image)) || isAbsolute(relative(target, image));
}

/** Files to show: those that are not whole before all others. */
function mostTelling(files: readonly FileReport[]): readonly FileReport[] {
  if (files.length <= LISTED_MAX) return files;
  const isWhole = ({ status }: FileReport): boolean => status !== 'failed' && status !== 'salvaged';
  const first = files.filter((file) => !isWhole(file)).slice(0, LISTED_MAX);
  return first.concat(files.filter(isWhole).slice(0, LISTED_MAX - first.length));
}
