/**
 * Databases by locator: `DPMDB.mdf`, `disk0.vhdx::/Full/…/DPMDB.mdf`, `DPMDB.bak`, a member of an archive. Whatever the way, pages are
 * read from where they are; nothing is written out.
 */

import { hasAscii } from '../base/bytes.ts';
import { asStorageError, invalidArgument, StorageError } from '../errors.ts';
import { type OpenBytes, openBytes } from '../image/image.ts';
import type { OpenOptions } from '../image/source.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readBytes } from '../map/read-map.ts';
import { Database } from '../mdf/database.ts';
import { type Backup, openBackup } from '../mtf/backup.ts';
import { asNoDatabase } from './no-database.ts';

export type DatabaseOptions = OpenOptions & {
  /** Locators of more files: secondary data files (.ndf); of a backup its other stripes, and a differential one. */
  readonly secondary?: readonly string[] | undefined;
  /** Of a backup: the set at this position, else its newest full one. */
  readonly set?: number | undefined;
};

/** An open database and what it holds open. */
export class DatabaseHandle implements AsyncDisposable {
  readonly database: Database;
  readonly locator: string;
  /** The bytes of the primary file; of a backup, as they would be restored. */
  readonly map: AddressMap;
  /** What it came from, when that is a backup. */
  readonly backup: Backup | null;
  readonly sources: readonly OpenBytes[];

  constructor(opened: Opened, locator: string, sources: readonly OpenBytes[]) {
    this.database = opened.database;
    this.map = opened.map;
    this.backup = opened.backup;
    this.locator = locator;
    this.sources = sources;
  }

  async close(): Promise<void> {
    for (const source of this.sources) source.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

type Opened = { readonly database: Database; readonly map: AddressMap; readonly backup: Backup | null };

/** Opens a database for reading. Throws `corrupt` for bytes that are none, with what to give instead. */
export async function openDatabase(locator: string, options: DatabaseOptions = {}): Promise<DatabaseHandle> {
  const sources: OpenBytes[] = [];
  try {
    for (const each of [locator, ...(options.secondary ?? [])]) sources.push(await openBytes(each, options));
    const opened = isBackup(sources[0]!.map)
      ? fromBackup(sources, options.set)
      : await fromFiles(sources, locator, options);
    return new DatabaseHandle(opened, locator, sources);
  } catch (error) {
    const told = asNoDatabase(asStorageError(error, { image: locator }), locator, sources[0]?.map ?? null);
    for (const source of sources) source.close();
    throw told;
  }
}

/** What is found beside the primary file is added to `sources`. */
async function fromFiles(sources: OpenBytes[], locator: string, options: OpenOptions): Promise<Opened> {
  const [primary, ...secondary] = sources;
  let database = Database.open(primary!, secondary);
  for (const file of secondary) requireMember(database, file);
  const beside = await findBeside(database, locator, options);
  sources.push(...beside);
  if (beside.length > 0) database = Database.open(primary!, [...secondary, ...beside]);
  return { database, map: primary!.map, backup: null };
}

/** What somebody gives as a further file of a database has to be one: else its pages would be held against the wrong catalog. */
function requireMember(database: Database, { map, name }: OpenBytes): void {
  const [fileId] = [...database.files].find(([, file]) => file.map === map)!;
  if (database.knowsAsLog(fileId)) {
    throw invalidArgument('MDF_FILE_IS_LOG', `${name} is file ${fileId} of its database, a log: it holds no tables`, {
      image: name,
      hint: 'leave it out: `pitvault check` finds the log beside the database, or takes it with --log',
    });
  }
  if (!database.owns({ map, name }, fileId)) {
    throw invalidArgument('MDF_OTHER_DATABASE', `${name} belongs to another database than ${database.image}`, {
      image: name,
      hint: 'give with --file only the .ndf files of the same database',
    });
  }
}

/** Secondary files that nobody gave: looked for in the folder of the primary one, by the names that the catalog has. */
async function findBeside(database: Database, locator: string, options: OpenOptions): Promise<OpenBytes[]> {
  const found: OpenBytes[] = [];
  for (const { fileId, physicalName } of database.absentFiles()) {
    const name = baseName(physicalName);
    const file = name === '' ? null : await openIfThere(siblingLocator(locator, name), options);
    if (file === null) continue;
    if (database.owns(file, fileId)) found.push(file);
    else file.close();
  }
  return found;
}

/** The last part of a path on a server, whose separators are those of Windows or, from 2017 on, of Linux. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1)!.trim();
}

function fromBackup(sources: readonly OpenBytes[], set: number | undefined): Opened {
  const backup = openBackup(sources, set);
  const files = backup.files.map(({ map }) => ({ map, name: sources[0]!.name }));
  const [primary, ...secondary] = files;
  return { database: Database.open(primary!, secondary), map: primary!.map, backup };
}

/** True for what starts as native backups do, compressed ones too. */
function isBackup(map: AddressMap): boolean {
  const head = readBytes(map, 0, 8);
  return hasAscii(head, 0, 'TAPE') || hasAscii(head, 0, 'MSSQLBAK');
}

/** The locator of another file in the folder of this one. */
export function siblingLocator(locator: string, name: string): string {
  const inner = locator.lastIndexOf('::');
  const start = inner < 0 ? 0 : inner + 2;
  const slash = Math.max(locator.lastIndexOf('/'), locator.lastIndexOf('\\'));
  return `${locator.slice(0, Math.max(start, slash + 1))}${name}`;
}

/** Opens a file that may not be there; null when it is not. */
export async function openIfThere(locator: string, options: OpenOptions): Promise<OpenBytes | null> {
  try {
    return await openBytes(locator, options);
  } catch (error) {
    if (StorageError.is(error) && error.kind === 'not-found') return null;
    throw error;
  }
}
