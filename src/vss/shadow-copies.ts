/**
 * The shadow copies of a volume, oldest first, each a block device again.
 *
 * 1. A copy's two catalog entries are paired by the GUID of its store, in any order, over all volumes at hand: the
 *    diff area may lie on another volume.
 * 2. The order is that of the sequence numbers; where they tell nothing, that of the creation times.
 * 3. Listing reads the catalogs and one record of each store. Block lists are read when a copy is read.
 * 4. A damaged store costs itself, and of older copies the blocks that only it could tell of.
 * 5. Where the catalog may have lost a copy, nobody knows whose store is asked next: of each copy only what its own store
 *    has can be told.
 */

import { finding } from '../disk/disk-image.ts';
import type { Finding } from '../errors.ts';
import { corrupt, notFound, StorageError } from '../errors.ts';
import { type Catalog, readCatalog } from './catalog.ts';
import { decodeStoreInfo, type LocationEntry, RECORD_TYPE, type StoreInfo } from './format.ts';
import { orDamage, type RecordVolume, readRecord } from './record.ts';
import { ShadowMap } from './shadow-map.ts';
import { Store } from './store.ts';

export type { RecordVolume } from './record.ts';

type CopyFacts = {
  readonly storeGuid: string;
  readonly volumeSize: number;
  readonly createdMs: number;
  readonly sequence: number;
  readonly storage: RecordVolume | null;
  readonly location: LocationEntry | null;
  readonly store: Store | StorageError;
};

export class ShadowCopy {
  /** From 1, oldest first. */
  readonly number: number;
  /** GUID of the store: neither the id of the copy nor of its set. */
  readonly storeGuid: string;
  readonly createdMs: number;
  readonly sequence: number;
  /** Bytes of the store's file; 0 where the store was not found. */
  readonly allocatedSize: number;
  /** The volume that holds the store, as it was given, or null where it was not found; and its name. */
  readonly storage: RecordVolume | null;
  readonly storageName: string | null;
  /** The volume as it was. Damage is met as unreadable leaves. */
  readonly map: ShadowMap;
  readonly #facts: CopyFacts;
  readonly #gap: StorageError | null;
  #info: StoreInfo | StorageError | undefined;

  /** `gap`: why the catalog may not tell all copies. */
  constructor(number: number, facts: CopyFacts, map: ShadowMap, gap: StorageError | null) {
    this.#gap = gap;
    this.number = number;
    this.storeGuid = facts.storeGuid;
    this.createdMs = facts.createdMs;
    this.sequence = facts.sequence;
    this.allocatedSize = facts.location?.allocatedSize ?? 0;
    this.storage = facts.storage;
    this.storageName = facts.storage?.name ?? null;
    this.map = map;
    this.#facts = facts;
  }

  /** What the store's header says, or why it cannot be read. */
  get info(): StoreInfo | StorageError {
    this.#info ??= orDamage(() => readStoreInfo(this.#facts));
    return this.#info;
  }

  /** Shadow Copy ID; the store's GUID where the header cannot be read. */
  get id(): string {
    return StorageError.is(this.info) ? this.storeGuid : this.info.copyId;
  }

  get setId(): string | null {
    return StorageError.is(this.info) ? null : this.info.setId;
  }

  /** Why the bytes of this copy cannot be told: its store is nowhere, its block list or the catalog damaged. Reads all of that. */
  get obstacle(): StorageError | null {
    const { store } = this.#facts;
    if (StorageError.is(store)) return store;
    return StorageError.is(store.index) ? store.index : this.#gap;
  }

  /** What is wrong with this store: reads all of its block list and bitmaps. Newer stores are not looked at. */
  damage(): StorageError[] {
    const { store } = this.#facts;
    if (StorageError.is(store)) return [store];
    return [this.info, store.index, store.bitmapDamage].filter(StorageError.is);
  }
}

export type ShadowCopies = {
  readonly copies: readonly ShadowCopy[];
  /** Stores of other volumes that this one holds. */
  readonly foreignStores: number;
  /** Bytes that all diff areas of this volume may take; 0: unbounded. */
  readonly maximumSize: number;
  readonly findings: readonly Finding[];
};

const NONE: ShadowCopies = { copies: [], foreignStores: 0, maximumSize: 0, findings: [] };

/** The shadow copies of `volume`; `others` are volumes that may hold its stores. */
export function readShadowCopies(volume: RecordVolume, others: readonly RecordVolume[] = []): ShadowCopies {
  const own = orDamage(() => readCatalog(volume));
  if (StorageError.is(own)) return { ...NONE, findings: [finding('error', own)] };
  if (own === null) return NONE;
  const findings = own.defects.map((defect) => finding('error', defect));
  const locations = locate(volume, own, others);
  const facts: CopyFacts[] = own.copies.map((copy) => {
    const found = locations.get(copy.storeGuid) ?? null;
    const base = { ...copy, storage: found?.storage ?? null, location: found?.location ?? null };
    if (found === null) return { ...base, store: storeMissing(volume, copy.storeGuid, own) };
    return { ...base, store: new Store({ ...found, volumeSize: sizeOf(copy.volumeSize, volume), flags: copy.flags }) };
  });
  const ordered = inOrder(facts, volume, findings);
  const stores = ordered.map(({ store }) => store);
  const copies = ordered.map((fact, index) => {
    const size = sizeOf(fact.volumeSize, volume);
    const asked = own.gap === null ? stores.slice(index) : [stores[index]!, own.gap];
    return new ShadowCopy(index + 1, fact, new ShadowMap(size, asked, volume.map), own.gap);
  });
  for (const { store } of ordered) if (StorageError.is(store)) findings.push(finding('warning', store));
  const known = new Set(own.copies.map((copy) => copy.storeGuid));
  const foreignStores = own.locations.filter(({ storeGuid }) => !known.has(storeGuid)).length;
  return { copies, foreignStores, maximumSize: own.header.maximumSize, findings };
}

type Found = { readonly storage: RecordVolume; readonly location: LocationEntry };

/** Where the stores are: this volume's own catalog counts before those of others. */
function locate(volume: RecordVolume, own: Catalog, others: readonly RecordVolume[]): Map<string, Found> {
  const found = new Map<string, Found>();
  const missing = new Set(own.copies.map((copy) => copy.storeGuid));
  const collect = (storage: RecordVolume, catalog: Catalog): void => {
    for (const location of catalog.locations) {
      if (missing.delete(location.storeGuid)) found.set(location.storeGuid, { storage, location });
    }
  };
  collect(volume, own);
  for (const storage of others) {
    if (missing.size === 0) break;
    const catalog = orDamage(() => readCatalog(storage));
    if (catalog !== null && !StorageError.is(catalog)) collect(storage, catalog);
  }
  return found;
}

function storeMissing(volume: RecordVolume, storeGuid: string, own: Catalog): StorageError {
  const elsewhere = own.header.storageId !== own.header.volumeId;
  return notFound('VSS_STORE_NOT_FOUND', `the store {${storeGuid}} of a shadow copy is not on this volume`, {
    image: volume.name,
    structure: 'catalog',
    offset: own.header.catalogOffset,
    hint: elsewhere
      ? `its diff area is on volume {${own.header.storageId}}: give the image that holds it with --diff-area IMAGE, or for diskshadow attach it: pitvault mount-vhd IMAGE`
      : 'its diff area may be on another volume: give the image that holds it with --diff-area IMAGE, or for diskshadow attach it: pitvault mount-vhd IMAGE',
  });
}

/** A size beyond all reason is that of a damaged entry: the volume's own stands in. */
function sizeOf(volumeSize: number, volume: RecordVolume): number {
  const reasonable = volumeSize > 0 && volumeSize % 512 === 0 && volumeSize <= 2 * volume.map.size;
  return reasonable ? volumeSize : volume.map.size;
}

function inOrder(facts: readonly CopyFacts[], volume: RecordVolume, findings: Finding[]): CopyFacts[] {
  const sequences = new Set(facts.map(({ sequence }) => sequence));
  const tells = sequences.size === facts.length && !sequences.has(0) && !sequences.has(Number.NaN);
  const ordered = facts.toSorted((a, b) =>
    tells ? a.sequence - b.sequence : a.createdMs - b.createdMs || a.sequence - b.sequence,
  );
  if (ordered.some((fact, index) => index > 0 && fact.createdMs < ordered[index - 1]!.createdMs)) {
    const message = 'the creation times of the shadow copies go back where their sequence numbers go on';
    const at = { image: volume.name, structure: 'catalog' };
    findings.push(finding('warning', { code: 'VSS_CREATION_ORDER', message, at }));
  }
  return ordered;
}

function readStoreInfo({ store, storage, location, storeGuid }: CopyFacts): StoreInfo {
  if (StorageError.is(store)) throw store;
  const what = `header of store {${storeGuid}}`;
  const info = decodeStoreInfo(readRecord(storage!, location!.storeHeader, RECORD_TYPE.storeHeader, what));
  if (info !== null) return info;
  throw corrupt('VSS_STORE_INFO', `${what}: a name runs past the record`, {
    image: storage!.name,
    structure: what,
    offset: location!.storeHeader,
  });
}
