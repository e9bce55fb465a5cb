/**
 * `pitvault runbook native-backup --server NAME --database NAME [--sql-server NAME] [--instance NAME] [--folder PATH]`.
 * With --execute the two files are written into --out, read again and checked; what is there already is kept.
 */

import { statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asStorageError, type Finding, invalidArgument, StorageError } from '../../errors.ts';
import { makeFolders } from '../../io/make-folders.ts';
import { readInput } from '../../io/read-input.ts';
import {
  backupConfig,
  backupScript,
  CONFIG_FILE,
  checkBackupConfig,
  configPath,
  type NativeBackupFacts,
  nativeBackupRules,
  nativeBackupSteps,
  SCRIPT_FILE,
  scriptPath,
} from '../../words/native-backup.ts';
import { CONFIG_SIZE_MAX } from '../../words/scripting-config.ts';
import { type ConfigText, decodeConfig, encodeConfig } from '../../words/scripting-encoding.ts';
import { type CommandCall, flag, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { findingLine, json, line } from '../output.ts';
import { printRules, printSteps } from './print.ts';

/** As the article has it. */
const FOLDER = 'C:\\DPMBACKUP';
const MINUTES = '120';
const VERSIONS = ['2016', '2019', '2022', '2025'] as const;

type Written = { readonly path: string; readonly status: 'written' | 'already there' };

export function nativeBackup(call: CommandCall): number {
  const facts = factsOf(call);
  const isExecuted = flag(call.options, 'execute');
  const { files, findings } = isExecuted ? execute(facts, call) : { files: [], findings: undefined };
  const steps = nativeBackupSteps(facts);
  const rules = nativeBackupRules(facts, findings);
  if (call.json) json({ steps, rules, files, findings: findings ?? [] });
  else {
    line(`native backup of ${facts.database} to ${facts.folder}, protected by ${facts.server}, DPM ${facts.version}`);
    line();
    printSteps(steps);
    line();
    printRules(rules);
    if (isExecuted) {
      line();
      for (const { path, status } of files) line(`${status}  ${path}`);
      for (const finding of findings ?? []) line(findingLine(finding));
      line(
        `left to do: copy ${SCRIPT_FILE} to ${scriptPath(facts)}, ${CONFIG_FILE} to ${configPath(facts)}; and the other steps`,
      );
    }
  }
  return findings?.some(({ severity }) => severity === 'error') === true ? ExitCode.corrupt : ExitCode.ok;
}

function factsOf({ options }: CommandCall): NativeBackupFacts {
  const server = text(options, 'server');
  const database = text(options, 'database');
  if (server === undefined) throw invalidArgument('CLI_SERVER', 'which DPM server?', { hint: '--server FQDN' });
  if (database === undefined) {
    throw invalidArgument('CLI_DATABASE', 'which database?', {
      hint: '--database DPMDB_SERVERNAME, as SQL Server lists it',
    });
  }
  const folder = (text(options, 'folder') ?? FOLDER).replace(/\\+$/, '');
  if (!/^[A-Za-z]:\\[^"<>|?*:]+$/.test(folder)) {
    throw invalidArgument('CLI_FOLDER', `"${folder}" is no folder on a drive of Windows`, {
      hint: `--folder '${FOLDER}'`,
    });
  }
  const version = VERSIONS.find((known) => known === (text(options, 'version') ?? '2019'));
  if (version === undefined) throw invalidArgument('CLI_VERSION', `--version is one of ${VERSIONS.join(', ')}`);
  const minutes = text(options, 'timeout') ?? MINUTES;
  if (!/^[1-9]\d{0,5}$/.test(minutes)) throw invalidArgument('CLI_TIMEOUT', `"${minutes}" is not a number of minutes`);
  if (/["\p{Cc}]/u.test(database)) throw invalidArgument('CLI_NAME', '--database cannot hold quotes or line ends');
  const instance = text(options, 'instance') ?? '';
  // It stands in the script without quotes: what is no name of an instance would be more words, or another command.
  if (!/^[\p{L}\p{N}_$#]*$/u.test(instance)) {
    throw invalidArgument('CLI_NAME', `"${instance}" is no name of an instance: letters, digits, $, # and _`, {
      hint: '--instance MSDPM; the server is told by --sql-server, and nothing at all for the default instance',
    });
  }
  return {
    server,
    database,
    sqlServer: text(options, 'sql-server'),
    instance,
    folder,
    share: folder.slice(folder.lastIndexOf('\\') + 1),
    version,
    timeOut: Number(minutes),
  };
}

function execute(
  facts: NativeBackupFacts,
  { options, waiting }: CommandCall,
): { files: Written[]; findings: Finding[] } {
  const out = text(options, 'out');
  if (out === undefined) throw invalidArgument('CLI_EXECUTE', '--execute needs --out DIR');
  const known = text(options, 'config');
  const before = known === undefined ? null : waiting(() => read(known));
  const config = { text: backupConfig(facts, before?.text ?? null), encoding: before?.encoding ?? 'utf-8' };
  const content = encodeConfig(config);
  const script = backupScript(facts);
  requireAscii(script);
  makeFolders(out);
  const files = [
    put(join(resolve(out), SCRIPT_FILE), Buffer.from(script, 'latin1')),
    put(join(resolve(out), CONFIG_FILE), content),
  ];
  // What counts is what can be read back.
  return { files, findings: checkBackupConfig(facts, read(files[1]!.path).text) };
}

/** Never over another file. */
function put(path: string, content: Uint8Array): Written {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined) {
    if (there.isFile() && Buffer.compare(readInput(path, CONFIG_SIZE_MAX), content) === 0)
      return { path, status: 'already there' };
    throw new StorageError('conflict', 'RUNBOOK_FILE_EXISTS', `${path} is there, and says something else`, {
      image: path,
      hint: 'choose another --out, or move it away',
    });
  }
  try {
    writeFileSync(path, content, { flag: 'wx' });
  } catch (error) {
    throw asStorageError(error, { image: path });
  }
  return { path, status: 'written' };
}

function read(path: string): ConfigText {
  return decodeConfig(readInput(path, CONFIG_SIZE_MAX));
}

/** cmd reads scripts in the code page of the console that runs them, which nobody knows here. */
function requireAscii(script: string): void {
  const letter = /[^\r\n\u0020-\u007e]/u.exec(script)?.[0];
  if (letter === undefined) return;
  throw invalidArgument(
    'RUNBOOK_NOT_ASCII',
    `${SCRIPT_FILE} would hold "${letter}", which cmd may read as another letter`,
    {
      hint: 'choose a --folder without such letters; a database of such a name is backed up by a job of SQL Server Agent',
    },
  );
}
