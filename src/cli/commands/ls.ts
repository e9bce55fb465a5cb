/** `pitvault ls IMAGE [PATH] [-l] [-R]` */

import { isoTime } from '../../base/iso-time.ts';
import { StorageError } from '../../errors.ts';
import type { FileEntry, FileSystem } from '../../filesystem/file-system.ts';
import { fileMissing } from '../../image/image.ts';
import { normalizePath } from '../../image/path.ts';
import { type CommandCall, flag } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { timeText } from '../format.ts';
import { openVolume } from '../open-source.ts';
import { arrayEnd, arrayItem, arrayStart, findingLine, flush, line, nameText, note } from '../output.ts';

const SIZE_WIDTH = 15;

export async function run(call: CommandCall): Promise<number> {
  const { words, options, json: asJson } = call;
  await using source = await openVolume(call);
  const { image, volume } = source;
  const fileSystem = volume.requireFileSystem();
  const namesOnly = !asJson && !flag(options, 'long');
  const entries = select(fileSystem, image.name, normalizePath(words[1] ?? '/'), flag(options, 'recursive'), namesOnly);
  if (asJson) printJson(entries, fileSystem);
  else {
    const full = flag(options, 'recursive');
    for (const entry of entries) line(flag(options, 'long') ? longLine(entry, full) : shortLine(entry, full));
  }
  for (const finding of fileSystem.findings) if (finding.severity !== 'info') note(findingLine(finding));
  return ExitCode.ok;
}

function select(
  fileSystem: FileSystem,
  image: string,
  path: string,
  recursive: boolean,
  namesOnly: boolean,
): Iterable<FileEntry> {
  const from = fileSystem.lookup(path);
  if (from === null) throw fileMissing(image, path);
  if (from.kind !== 'directory') return [from];
  return recursive ? fileSystem.walk(from, { namesOnly }) : fileSystem.list(from, { namesOnly });
}

function shortLine(entry: FileEntry, full: boolean): string {
  const name = nameText(full ? entry.path : entry.name);
  return entry.kind === 'directory' ? `${name}/` : name;
}

function longLine(entry: FileEntry, full: boolean): string {
  const kind = entry.kind === 'directory' ? 'd' : entry.kind === 'file' ? '-' : 'l';
  const target = entry.target === undefined ? '' : ` -> ${nameText(entry.target)}`;
  return `${kind}${attributeText(entry.attributes)} ${String(entry.size).padStart(SIZE_WIDTH)} ${timeText(entry.modifiedMs)} ${shortLine(entry, full)}${target}`;
}

/** Read-only, hidden, system, archive, compressed, encrypted, offline: as `attrib` abbreviates them. */
function attributeText(attributes: number): string {
  const flags: readonly [number, string][] = [
    [0x1, 'r'],
    [0x2, 'h'],
    [0x4, 's'],
    [0x20, 'a'],
    [0x800, 'c'],
    [0x4000, 'e'],
    [0x1000, 'o'],
  ];
  return flags.map(([bit, letter]) => (attributes & bit ? letter : '-')).join('');
}

/** One array, written entry by entry: a million files need no memory. */
function printJson(entries: Iterable<FileEntry>, fileSystem: FileSystem): void {
  arrayStart();
  for (const entry of entries) {
    const { createdMs, modifiedMs, changedMs, accessedMs, ...rest } = entry;
    const value = {
      ...rest,
      created: isoTime(createdMs),
      modified: isoTime(modifiedMs),
      changed: isoTime(changedMs),
      accessed: isoTime(accessedMs),
      ...streamsOf(entry, fileSystem),
    };
    arrayItem(JSON.stringify(value));
  }
  arrayEnd();
  flush();
}

/** A record that cannot be read costs its streams, and says so in their place: the array goes on. */
function streamsOf(entry: FileEntry, fileSystem: FileSystem): object {
  try {
    return { streams: entry.kind === 'file' || entry.kind === 'directory' ? fileSystem.streams(entry) : [] };
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    return { streams: [], error: error.toJSON() };
  }
}
