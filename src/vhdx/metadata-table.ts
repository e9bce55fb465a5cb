/**
 * The metadata table (MS-VHDX 2.6.1): which items the metadata region holds, and where.
 *
 * 1. An item is known by (IsUser, ItemId): a user item may carry the GUID of a system item and is still not it.
 * 2. Items lie behind the table's 64 KiB, inside the region, apart from each other, and are at most 1 MiB long.
 * 3. An unknown system item is refused when it is required, ignored when it is not. An item that says the file is still
 *    being made refuses the file.
 */

import { hasAscii, hex } from '../base/bytes.ts';
import { NIL_GUID } from '../base/guid.ts';
import { finding } from '../disk/disk-image.ts';
import type { DefectOf } from '../error-codes.ts';
import { corrupt, type ErrorDetails, type Finding, unsupported } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readBytes } from '../map/read-map.ts';
import {
  decodeMetadataEntry,
  decodeMetadataEntryCount,
  METADATA_ENTRIES_MAX,
  METADATA_ENTRY,
  METADATA_ITEM,
  METADATA_ITEM_MAX,
  METADATA_SIGNATURE,
  METADATA_TABLE,
  type MetadataEntry,
  type RegionEntry,
} from './format.ts';

const SPEC = 'MS-VHDX 2.6.1';
const KNOWN: ReadonlySet<string> = new Set(Object.values(METADATA_ITEM));

/** The table of one image, and the way to its items. */
export class MetadataTable {
  readonly entries: readonly MetadataEntry[];
  readonly #file: AddressMap;
  readonly #region: RegionEntry;
  readonly #image: string;

  /** Reads and checks the whole table through the log overlay. Throws corrupt or unsupported. */
  constructor(file: AddressMap, region: RegionEntry, image: string, findings: Finding[]) {
    this.#file = file;
    this.#region = region;
    this.#image = image;
    const head = readBytes(file, region.fileOffset, METADATA_TABLE.ENTRIES);
    const isWhole = region.fileOffset + METADATA_TABLE.SIZE <= file.size;
    if (!isWhole || !hasAscii(head, 0, METADATA_SIGNATURE)) {
      throw corrupt(
        'VHDX_METADATA_SIGNATURE',
        `metadata table: expected signature "${METADATA_SIGNATURE}"`,
        this.at(0),
      );
    }
    const count = decodeMetadataEntryCount(head);
    if (count > METADATA_ENTRIES_MAX) {
      const message = `metadata entry count: at most ${METADATA_ENTRIES_MAX}, found ${count}`;
      throw corrupt('VHDX_METADATA_COUNT', message, this.at(METADATA_TABLE.entryCount));
    }
    const bytes = readBytes(file, region.fileOffset, METADATA_TABLE.ENTRIES + count * METADATA_ENTRY.SIZE);
    this.entries = Array.from({ length: count }, (_, index) => decodeMetadataEntry(bytes, index));
    for (const entry of this.entries) this.#checkEntry(entry, findings);
    this.#checkUnique();
    this.#checkApart();
  }

  /** Bytes of a system item, or null when the table does not list it. */
  item(itemId: string): { readonly entry: MetadataEntry; readonly bytes: Uint8Array } | null {
    const entry = this.entries.find((one) => !one.isUser && one.itemId === itemId);
    if (entry === undefined) return null;
    const bytes = readBytes(this.#file, this.#region.fileOffset + entry.offset, entry.length);
    if (bytes.length === entry.length) return { entry, bytes };
    throw corrupt('VHDX_METADATA_PAST_END', `the file ends within metadata item ${itemId}`, this.at(entry.offset));
  }

  /** Bytes of a system item of exactly this length, or null when absent. Throws corrupt for another length. */
  itemOf(itemId: string, name: string, length: number): Uint8Array | null {
    const item = this.item(itemId);
    if (item === null || item.bytes.length === length) return item?.bytes ?? null;
    throw corrupt(
      'VHDX_METADATA_ITEM_LENGTH',
      `${name}: expected ${length} bytes, found ${item.bytes.length}`,
      this.at(item.entry.at),
    );
  }

  /** Place of an offset of the region, for errors. */
  at(offset: number): ErrorDetails {
    return { image: this.#image, structure: 'metadata', offset: this.#region.fileOffset + offset };
  }

  #checkEntry(entry: MetadataEntry, findings: Finding[]): void {
    const { itemId, offset, length } = entry;
    const fail = (code: DefectOf<'VHDX_METADATA'>, message: string) =>
      corrupt(`VHDX_METADATA_${code}`, `metadata item ${itemId}: ${message}`, this.at(entry.at));
    if (itemId === NIL_GUID) throw fail('NIL_ITEM', 'the item id is zero');
    if (entry.isUser && entry.isRequired) throw fail('FLAGS', 'a user item cannot be required');
    if (length > METADATA_ITEM_MAX) throw fail('ITEM_LENGTH', `at most 1 MiB long, found ${hex(length)}`);
    if (length === 0 && offset !== 0) throw fail('EMPTY_ITEM', `empty, and at offset ${hex(offset)} instead of 0`);
    if (length > 0 && !(offset >= METADATA_TABLE.SIZE && offset + length <= this.#region.length)) {
      throw fail('MISPLACED', `${hex(offset)}+${hex(length)} is outside the region of ${hex(this.#region.length)}`);
    }
    if (!entry.isUser && itemId === METADATA_ITEM.incompleteFile) {
      throw unsupported('VHDX_FILE_INCOMPLETE', 'the file says of itself that it is still being made', {
        ...this.at(entry.at),
        hint: 'wait until the program that creates it is done',
      });
    }
    if (entry.isRequired && !KNOWN.has(itemId)) {
      throw unsupported(
        'VHDX_METADATA_UNKNOWN_REQUIRED',
        `the file requires a metadata item that is not known here: ${itemId}`,
        this.at(entry.at),
      );
    }
    if (entry.reserved === 0) return;
    const at = { image: this.#image, structure: 'metadata', offset: this.#region.fileOffset + entry.at };
    const message = `metadata item ${itemId}: reserved bits are set`;
    findings.push(finding('warning', { code: 'VHDX_METADATA_RESERVED', message, at }, SPEC));
  }

  #checkUnique(): void {
    const seen = new Set<string>();
    for (const entry of this.entries) {
      const key = `${entry.isUser} ${entry.itemId}`;
      if (!seen.has(key)) seen.add(key);
      else {
        const message = `metadata item ${entry.itemId} is listed twice`;
        throw corrupt('VHDX_METADATA_DUPLICATE', message, this.at(entry.at));
      }
    }
  }

  #checkApart(): void {
    const sorted = this.entries.filter((entry) => entry.length > 0).sort((a, b) => a.offset - b.offset);
    for (let i = 1; i < sorted.length; i++) {
      const [before, entry] = [sorted[i - 1]!, sorted[i]!];
      if (before.offset + before.length <= entry.offset) continue;
      const message = `metadata items ${before.itemId} and ${entry.itemId} overlap at ${hex(entry.offset)}`;
      throw corrupt('VHDX_METADATA_OVERLAP', message, this.at(entry.at));
    }
  }
}
