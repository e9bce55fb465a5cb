/** What people give in the place of a database: named for what it is, with the way to the database in it. */
import { StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
/** The error with a hint that fits what was given. `map`: its bytes, where they could be opened. */
export declare function asNoDatabase(error: StorageError, locator: string, map: AddressMap | null): StorageError;
