/**
 * What comes out of a volume: the port that file systems implement. Paths use `/`, start with `/`, and name a stream
 * after a colon (`/a/b.txt:stream`). Names are the volume's own UTF-16 (WTF-16: unpaired surrogates are kept).
 */

import type { RangeList } from '../base/range-list.ts';
import type { Finding, StorageError, StorageErrorJson } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';

export type FileKind = 'file' | 'directory' | 'symlink' | 'junction' | 'other';

export type FileEntry = {
  /** From the root of the volume: `/Microsoft DPM/DPMDB.mdf`; `/` for the root. */
  readonly path: string;
  readonly name: string;
  readonly kind: FileKind;
  /** File record number (NTFS). */
  readonly id: number;
  readonly sequence: number;
  /** Bytes of the unnamed stream (logical; the uncompressed size of compressed files). */
  readonly size: number;
  /** Unix milliseconds; fractions keep 100 ns units as far as a double can. */
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
  readonly accessedMs: number;
  /** FILE_ATTRIBUTE_* bits. */
  readonly attributes: number;
  /** Names this file has (hard links), short DOS names not counted. */
  readonly links: number;
  /** Target of a symlink or junction, as stored (`\??\` removed). */
  readonly target?: string;
  readonly reparseTag?: number;
};

export type StreamInfo = { readonly name: string; readonly size: number };

/** A stream of a file: an address map with a name. `size` is the logical size; bytes past the valid length are zero leaves. */
export interface DataStream extends AddressMap {
  /** Bytes of the volume this stream occupies; 0 when resident. */
  readonly allocatedSize: number;
  readonly sparse: boolean;
}

export type FileSystemInfo = {
  readonly kind: string;
  readonly version: string;
  readonly label: string;
  /** As `vol` prints it for NTFS: XXXX-XXXX, followed by the full 64-bit hex serial. */
  readonly serial: string;
  readonly size: number;
  readonly clusterSize: number;
  /** The volume asks for a check, or its journal holds unfinished work: contents are crash-consistent. */
  readonly dirty: boolean;
  readonly journal: 'clean' | 'unclean' | 'empty' | 'unknown';
};

/**
 * True: only paths, kinds and ids are asked for. They come straight from the directories, as an operating system lists
 * them, without reading a record per file; sizes, times and link counts may then be stale.
 * `files`: the entries of a full listing, of which plain files have their sizes, times and link counts so; all else is as
 * its record has it, and names that lead nowhere any more are left out.
 */
export type NamesOnly = boolean | 'files';

export type ListOptions = {
  readonly namesOnly?: NamesOnly;
  /** Throws at the end where names may be missing: for those who are told of nothing else that was met. */
  readonly complete?: boolean;
};

/** Bytes of the volume. */
export type VolumeRange = { readonly offset: number; readonly length: number };

/** A part of a file that lies in a range which was asked for. */
export type RangeOwner = VolumeRange & {
  readonly path: string;
  /** `content`, `stream NAME`, `directory index`, `file record`... */
  readonly part: string;
  /** Where it stands in that part, bytes; compressed content is counted as stored. */
  readonly position: number;
};

/** Which bytes of a volume differ between two states of it, by what is known of them. In bytes of the volume. */
export type ChangedBytes = {
  readonly changed: RangeList;
  /** They live elsewhere and were not read. */
  readonly possible: RangeList;
  readonly unreadable: RangeList;
};

/** A part of a stream. Bytes of the stream. `possible`: it was stored anew, perhaps with the same content. */
export type ContentRange = {
  readonly offset: number;
  readonly length: number;
  readonly state: 'changed' | 'possible' | 'unreadable';
  /** Name of an alternate stream; absent for the content proper. */
  readonly stream?: string;
};

/**
 * What became of a file. `changed`: its content, or its size. `renamed`: another name or folder, perhaps with other
 * content too. `touched`: nothing but its times or attributes. `unreadable`: it cannot be told, see `error`.
 * A folder that was renamed stands for everything in it.
 */
export type FileChange = {
  readonly kind: 'added' | 'removed' | 'changed' | 'renamed' | 'touched' | 'unreadable';
  /** As it is now; of a removed file as it was. */
  readonly path: string;
  /** Of a renamed file. */
  readonly from?: string;
  readonly directory: boolean;
  /** File record number. */
  readonly id: number;
  /** Bytes of the content before and after; absent where there was or is no file, and for folders. */
  readonly sizeBefore?: number;
  readonly sizeAfter?: number;
  readonly ranges: readonly ContentRange[];
  readonly error?: StorageErrorJson;
};

export interface FileSystem {
  readonly info: FileSystemInfo;
  /** What was met while opening and reading: second copies used, stale entries, damage stepped over. */
  readonly findings: readonly Finding[];
  /** The entry at this path (case-insensitive as the volume is), or null. Throws when a directory on the way is damaged. */
  lookup(path: string): FileEntry | null;
  /** The entry of this name in a directory, spelled exactly so or else as the volume takes for the same; or null. */
  child(directory: FileEntry, name: string): FileEntry | null;
  /** The entry with this id, under one of its names; null when there is no such file. */
  entry(id: number): FileEntry | null;
  /** The entries of a directory, in the order of its index, system files left out. */
  list(directory: FileEntry, options?: ListOptions): Iterable<FileEntry>;
  /** Everything below (and not including) this entry, depth first, directories before their content. */
  walk(from: FileEntry, options?: ListOptions): Iterable<FileEntry>;
  /** Every file of the volume by one linear pass over the file table: fast, in record order, one entry for each name. */
  scan(): Iterable<FileEntry>;
  /** The files that own bytes of these ranges (ascending, without overlap), found without reading any content. */
  ownersOf(ranges: readonly VolumeRange[]): Iterable<RangeOwner>;
  /**
   * What became of the files since `before`, an earlier state of this volume, given the bytes that differ between the
   * two. No content is read. Throws `unsupported` when `before` is another volume.
   */
  changesSince(before: FileSystem, bytes: ChangedBytes): Iterable<FileChange>;
  /** Streams of the entry other than the unnamed one. */
  streams(entry: FileEntry): readonly StreamInfo[];
  /** Opens the unnamed stream, or the named one. Throws `unsupported` for deduplicated, offline and encrypted content. */
  open(entry: FileEntry, stream?: string): DataStream;
  /** Why the content of this entry cannot be read here, or null. */
  obstacle(entry: FileEntry): StorageError | null;
}
