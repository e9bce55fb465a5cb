/** `pitvault doctor [PATH]` */

import { statSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import { dirname, resolve } from 'node:path';
import { asStorageError } from '../../errors.ts';
import type { HostFiles } from '../../io/host-files.ts';
import { type FolderAbilities, type FolderReport, probeFolder } from '../../io/probe-folder.ts';
import { VERSION } from '../../version.ts';
import type { CommandCall } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, table } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { json, line } from '../output.ts';

/** What each ability is called, and what pitvault does where it is missing. */
const ABILITIES: Readonly<Record<keyof FolderAbilities, readonly [name: string, absent: string]>> = {
  cloneFile: [
    'clone whole files',
    'recovery points become a chain of differencing disks instead of independent files that share their blocks',
  ],
  cloneRange: [
    'clone ranges',
    'results are copied byte by byte, even onto the file system they come from, and backups clone whole files first',
  ],
  extents: ['tell shared blocks', 'two files are compared by fingerprints or bytes, not by where their blocks lie'],
  holes: ['find holes', 'holes in raw images are read as zeros, which takes time'],
  sparse: ['sparse files', 'raw results take their full size on the disk'],
  punchHole: ['punch holes', 'blocks that a disk no longer uses keep their storage until the image is compacted'],
  lock: [
    'locks by the system',
    'writers recognise each other by lock files, which can tell only processes of one machine',
  ],
  hardLink: ['hard links', 'a recovery point is published by a journal and renames instead of in one step'],
  caseSensitive: ['case-sensitive names', 'recovered files whose names differ only in case get distinct names'],
  replaceOpenFile: ['replace an open file', 'a backup has to wait until no reader has the replica open'],
  syncFolder: ['sync folders', 'after a power loss the last published recovery point may be missing'],
};

export async function run({ words, json: asJson }: CommandCall): Promise<number> {
  const host = await hostFiles();
  const folder = probeFolder(host, folderOf(words[0] ?? '.'));
  const value = { ...describeMachine(host), folder };
  if (asJson) json(value);
  else print(value);
  return ExitCode.ok;
}

/** A file stands for the folder it lies in. */
function folderOf(path: string): string {
  try {
    const absolute = resolve(path);
    return statSync(absolute).isDirectory() ? absolute : dirname(absolute);
  } catch (error) {
    throw asStorageError(error, { image: path });
  }
}

function describeMachine(host: HostFiles) {
  return {
    version: VERSION,
    node: process.version,
    platform: process.platform,
    release: release(),
    architecture: process.arch,
    cores: availableParallelism(),
    native: { name: host.name, reason: host.reason },
  };
}

function print(value: ReturnType<typeof describeMachine> & { readonly folder: FolderReport }): void {
  const { folder, native } = value;
  line(`pitvault ${value.version} on Node ${value.node}, ${value.platform} ${value.release} (${value.architecture})`);
  line(`cores: ${value.cores}`);
  line(`native functions: ${native.name} (${native.reason})`);
  line();
  line(`${folder.folder}: ${folder.fileSystem ?? 'file system not known'}, blocks of ${bytesText(folder.blockSize)}`);
  line(`${bytesText(folder.freeBytes)} free of ${bytesText(folder.totalBytes)}`);
  const rows = Object.entries(ABILITIES).map(([key, [name, absent]]) => {
    const seen = folder.abilities[key as keyof FolderAbilities];
    return [`  ${name}`, seen === null ? '?' : seen ? 'yes' : 'no', seen === false ? absent : ''];
  });
  for (const row of table(rows)) line(row);
  for (const problem of folder.problems) line(`could not be tried: ${problem}`);
  line(mode(folder));
}

function mode({ abilities, writable }: FolderReport): string {
  if (!writable) return 'as a pool: readable only';
  if (abilities.cloneFile === true) return 'as a pool: recovery points would be clones (independent files)';
  return 'as a pool: recovery points would be chains (differencing disks)';
}
