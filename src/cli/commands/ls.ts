/** `pitvault ls IMAGE [PATH] [-l] [-R]` */

import { isoTime } from '../../base/iso-time.ts';
import { StorageError, type StorageErrorJson } from '../../errors.ts';
import type { FileEntry, FileSystem, StreamInfo } from '../../filesystem/file-system.ts';
import { fileMissing } from '../../image/image.ts';
import { normalizePath } from '../../image/path.ts';
import { type CommandCall, flag } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { timeText } from '../format.ts';
import { openVolume } from '../open-source.ts';
import { arrayEnd, arrayItem, arrayStart, findingLine, flush, line, nameText, note } from '../output.ts';

const SIZE_WIDTH = 15;

/** Findings of a folder that may hold more than what is listed. */
const LACKS_NAMES: ReadonlySet<string> = new Set([
  'NTFS_INDEX_RECOVERED',
  'NTFS_INDEX_RECOVERY_LIMIT',
  'NTFS_DIRECTORY_LOOP',
]);

export async function run(call: CommandCall): Promise<number> {
  const { words, options, json: asJson } = call;
  await using source = await openVolume(call);
  const { image, volume } = source;
  const fileSystem = volume.requireFileSystem();
  const namesOnly = !asJson && !flag(options, 'long');
  const withStreams = flag(options, 'streams');
  const recursive = flag(options, 'recursive');
  const from = requireEntry(fileSystem, image.name, normalizePath(words[1] ?? '/'));
  const entries = select(fileSystem, from, recursive, namesOnly && !withStreams, withStreams);
  const print = (): void => {
    const long = flag(options, 'long');
    for (const entry of entries) {
      if (entry !== from || from.kind !== 'directory')
        line(long ? longLine(entry, recursive) : shortLine(entry, recursive));
      if (withStreams)
        for (const text of streamLines(entry, fileSystem, { long, full: recursive || entry === from })) line(text);
    }
  };
  call.waiting(() => (asJson ? printJson(entries, fileSystem) : print()));
  for (const finding of fileSystem.findings) if (finding.severity !== 'info') note(findingLine(finding));
  return fileSystem.findings.some(({ code }) => LACKS_NAMES.has(code)) ? ExitCode.partial : ExitCode.ok;
}

function requireEntry(fileSystem: FileSystem, image: string, path: string): FileEntry {
  const entry = fileSystem.lookup(path);
  if (entry === null) throw fileMissing(image, path);
  return entry;
}

/** What is listed; with `itself` the folder before what is in it, since no other listing has the root. */
function* select(
  fileSystem: FileSystem,
  from: FileEntry,
  recursive: boolean,
  namesOnly: boolean,
  itself: boolean,
): Iterable<FileEntry> {
  const isFolder = from.kind === 'directory';
  if (itself || !isFolder) yield from;
  if (isFolder) yield* recursive ? fileSystem.walk(from, { namesOnly }) : fileSystem.list(from, { namesOnly });
}

/** One line for each stream, as `/a/b.txt:stream`, which is how `cat` takes it. */
function streamLines(
  entry: FileEntry,
  fileSystem: FileSystem,
  { long, full }: { long: boolean; full: boolean },
): string[] {
  const { streams, error } = streamsOf(entry, fileSystem);
  if (error !== undefined) note(`${nameText(entry.path)}: its streams cannot be told: ${error.message}`);
  return streams.map(({ name, size }) => {
    const path = nameText(`${full ? entry.path : entry.name}:${name}`);
    return long
      ? `${' '.repeat(8)} ${String(size).padStart(SIZE_WIDTH)} ${' '.repeat(timeText(0).length)} ${path}`
      : path;
  });
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

type Streams = { readonly streams: readonly StreamInfo[]; readonly error?: StorageErrorJson };

/** A record that cannot be read costs its streams, and says so in their place: the array goes on. */
function streamsOf(entry: FileEntry, fileSystem: FileSystem): Streams {
  try {
    return { streams: entry.kind === 'file' || entry.kind === 'directory' ? fileSystem.streams(entry) : [] };
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    return { streams: [], error: error.toJSON() };
  }
}
