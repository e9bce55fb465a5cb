/**
 * Databases by locator: `DPMDB.mdf`, `disk0.vhdx::/Full/…/DPMDB.mdf`, a member of an archive. Whatever the way, pages are
 * read from where they are; nothing is written out.
 */

import { asStorageError, StorageError } from '../errors.ts';
import { type OpenBytes, openBytes } from '../image/image.ts';
import type { OpenOptions } from '../image/source.ts';
import type { AddressMap } from '../map/address-map.ts';
import { Database } from '../mdf/database.ts';

export type DatabaseOptions = OpenOptions & {
  /** Locators of secondary data files (.ndf). */
  readonly secondary?: readonly string[] | undefined;
};

/** An open database and what it holds open. */
export class DatabaseHandle implements AsyncDisposable {
  readonly database: Database;
  readonly locator: string;
  readonly #sources: readonly OpenBytes[];

  constructor(database: Database, locator: string, sources: readonly OpenBytes[]) {
    this.database = database;
    this.locator = locator;
    this.#sources = sources;
  }

  /** The bytes of the primary file. */
  get map(): AddressMap {
    return this.#sources[0]!.map;
  }

  async close(): Promise<void> {
    for (const source of this.#sources) source.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Opens a database for reading. Throws `corrupt` for bytes that are none, with what to give instead. */
export async function openDatabase(locator: string, options: DatabaseOptions = {}): Promise<DatabaseHandle> {
  const sources: OpenBytes[] = [];
  try {
    for (const each of [locator, ...(options.secondary ?? [])]) sources.push(await openBytes(each, options));
    const [primary, ...secondary] = sources;
    return new DatabaseHandle(Database.open(primary!, secondary), locator, sources);
  } catch (error) {
    for (const source of sources) source.close();
    throw asStorageError(error, { image: locator });
  }
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
