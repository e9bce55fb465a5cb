/**
 * What a VHDX consists of, read in the order in which each piece says where the next one is: identifier, headers, log
 * when it is dirty, and through the log region tables, metadata, BAT.
 */

import { hex } from '../base/bytes.ts';
import { NIL_GUID } from '../base/guid.ts';
import { finding, type OpenDiskOptions } from '../disk/disk-image.ts';
import { corrupt, type Finding, StorageError, unsupported } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { Bat } from './bat.ts';
import { ALIGNMENT, decodeCreator, HEADER, REGION_GUID } from './format.ts';
import { type Headers, readFileIdentifier, readHeaders } from './header.ts';
import { type ActiveSequence, isLogPlace, LogRing, type LogScan, scanLog } from './log.ts';
import { LogOverlay } from './log-overlay.ts';
import { type DiskParameters, readDiskParameters } from './metadata-items.ts';
import { MetadataTable } from './metadata-table.ts';
import { type ParentLocator, readParentLocator } from './parent-locator.ts';
import { type RegionTable, readRegionTable, type Structure } from './region-table.ts';
import { TablePages } from './table-pages.ts';

/** What opening found, for `describe` and `check`. */
export type VhdxParts = {
  readonly name: string;
  readonly container: AddressMap;
  /** The container as it is after replay; the container itself when the log is clean. */
  readonly file: AddressMap;
  readonly creator: string;
  readonly headers: Headers;
  readonly log: LogScan | null;
  readonly regions: RegionTable;
  readonly metadata: MetadataTable;
  readonly disk: DiskParameters;
  readonly locator: ParentLocator | null;
  readonly bat: Bat;
  /** Pages of `file`, shared by the BAT and the sector bitmaps. */
  readonly pages: TablePages;
};

type PartsOptions = Pick<OpenDiskOptions, 'name' | 'ignoresDamagedLog'>;

/** Reads and checks everything a disk consists of, payload and most of the BAT left where they are. */
export function readParts(container: AddressMap, options: PartsOptions, findings: Finding[]): VhdxParts {
  const { name } = options;
  const creator = decodeCreator(readFileIdentifier(container, name, findings));
  if (container.size < ALIGNMENT) {
    throw corrupt('VHDX_FILE_TOO_SHORT', `a VHDX has at least 1 MiB, this file has ${hex(container.size)} bytes`, {
      image: name,
      structure: 'file',
      offset: container.size,
      hint: 'the copy is incomplete; compare its size with the original',
    });
  }
  const headers = readHeaders(container, name, findings);
  const { file, log, structures } = openLog(container, headers, options, findings);
  const regions = readRegionTable(file, name, structures, findings);
  const metadata = new MetadataTable(file, regions.metadata, name, findings);
  const disk = readDiskParameters(metadata, findings);
  const locator = disk.hasParent ? readParentLocator(metadata, findings) : null;
  const pages = new TablePages(file);
  const bat = new Bat({
    file,
    pages,
    region: regions.bat,
    disk,
    structures: [...structures, ...regions.placed.map(regionStructure)],
    image: name,
  });
  return { name, container, file, creator, headers, log, regions, metadata, disk, locator, bat, pages };
}

function regionStructure({ guid, fileOffset, length }: RegionTable['placed'][number]): Structure {
  const name = guid === REGION_GUID.bat ? 'BAT' : guid === REGION_GUID.metadata ? 'metadata region' : `region ${guid}`;
  return { name, offset: fileOffset, length };
}

/** The file after replay, and what the first MiB and the log occupy. */
function openLog(
  container: AddressMap,
  headers: Headers,
  { name: image, ignoresDamagedLog }: PartsOptions,
  findings: Finding[],
): { file: AddressMap; log: LogScan | null; structures: Structure[] } {
  const { logGuid, logOffset, logLength, logVersion } = headers.current;
  const { offset } = headers.slots[headers.currentIndex]!;
  const placed = isLogPlace(logOffset, logLength, container.size);
  const structures: Structure[] = [{ name: 'header section', offset: 0, length: ALIGNMENT }];
  if (placed) structures.push({ name: 'log', offset: logOffset, length: logLength });
  const misplaced = {
    code: 'VHDX_LOG_MISPLACED',
    message: `log: expected whole MiB (1 to 1024) inside the file, found ${hex(logOffset)}+${hex(logLength)}`,
    at: { image, structure: 'header', offset: offset + HEADER.logLength },
  } as const;
  if (logGuid === NIL_GUID) {
    // A clean file may do without a log; any other place is wrong, but nothing has to be read there.
    if (!placed && logLength !== 0) findings.push(finding('warning', misplaced, 'MS-VHDX 2.2.2'));
    return { file: container, log: null, structures };
  }
  if (logVersion !== 0) {
    throw unsupported('VHDX_LOG_VERSION_UNSUPPORTED', `log version: expected 0, found ${logVersion}`, {
      image,
      structure: 'header',
      offset: offset + HEADER.logVersion,
    });
  }
  let overlay: LogOverlay;
  let log: LogScan & { readonly active: ActiveSequence };
  try {
    if (!placed) throw corrupt(misplaced.code, misplaced.message, misplaced.at);
    const ring = new LogRing(container, logOffset, logLength);
    const { active, ...found } = scanLog(ring, logGuid);
    if (active === null) throw noActiveSequence(found, ring, image);
    log = { active, ...found };
    overlay = new LogOverlay(container, ring, active, image);
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    if (ignoresDamagedLog !== true) throw error.kind === 'io' ? unreadableLog(error, image) : error;
    findings.push(leftOut(error));
    return { file: container, log: { active: null, entryCount: 0, defect: null }, structures };
  }
  const { entries, last } = log.active;
  findings.push(
    finding(
      'info',
      {
        code: 'VHDX_LOG_REPLAYED',
        message: `the log is dirty: ${entries.length} entries up to sequence number ${last.sequenceNumber} were replayed in memory; the file is unchanged`,
        at: { image, structure: 'log', offset: logOffset },
      },
      'MS-VHDX 2.3.3',
    ),
  );
  return { file: overlay, log, structures };
}

/** The file is read as it lies there, because somebody wants what is left of it. */
function leftOut(error: StorageError): Finding {
  const message = `${error.message}; the log is left out, as asked: what it was about to change may be half there`;
  return finding('error', { code: 'VHDX_LOG_LEFT_OUT', message, at: error.at }, 'MS-VHDX 2.3.3');
}

const NO_LOG_HINT =
  'without its log the file is not consistent: use another copy or another recovery point; if there is none, --ignore-log reads what is left';

/** A bad sector anywhere in the log: what stands there may be what has to be replayed last. */
function unreadableLog({ kind, code, message, at }: StorageError, image: string): StorageError {
  const text = `the log has to be replayed and cannot be read: ${message}`;
  return new StorageError(kind, code, text, { ...at, image, structure: 'log', hint: NO_LOG_HINT });
}

function noActiveSequence(log: Omit<LogScan, 'active'>, ring: LogRing, image: string): Error {
  const why =
    log.defect === null
      ? `${log.entryCount} valid entries form none`
      : `the entry at ${hex(log.defect.offset)} of the log is not valid: ${log.defect.message}`;
  return corrupt('VHDX_LOG_NO_ACTIVE_SEQUENCE', `the log has to be replayed and holds no valid sequence: ${why}`, {
    image,
    structure: 'log',
    offset: ring.offset + (log.defect?.offset ?? 0),
    hint: NO_LOG_HINT,
  });
}
