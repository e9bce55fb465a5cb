/** A database, read from its data files without a server. */

import { shellWord } from '../base/shell-word.ts';
import type { ErrorCode } from '../error-codes.ts';
import { corrupt, type Finding, invalidArgument, notFound, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { Allocation } from './allocation.ts';
import { BOOT_PAGE, type BootPage, isTestedVersion, readBootPage } from './boot-page.ts';
import { Catalog } from './catalog.ts';
import { isText, typeFromInfo, typeText, usesCodePage } from './column-type.ts';
import { type FileHeader, readFileHeader } from './file-header.ts';
import { PAGE_SIZE, type Page } from './page.ts';
import { PageReader } from './page-reader.ts';
import type { PhysicalColumn } from './record.ts';
import type { CatalogId, DatabaseFileRow, Rowset, RowsetColumn } from './system-tables.ts';
import { COMPUTED, type Column, named, Table, type TableParts } from './table.ts';
import { codePageOf, isCaseSensitive } from './text.ts';
import type { SqlValue } from './value.ts';

const PRIMARY = 1;
/** Of sysprufiles. */
const DATA_FILE = 0;
const LOG_FILE = 1;
const FINDINGS_MAX = 200;
/** Of sysrscols. */
const COLUMN_DROPPED = 0x2;
const COLUMN_NOT_NULL = 0x80;
const COLUMN_SPARSE = 0x100;
const COLUMN_ID_MAX = 0x03ff_ffff;
/** Of syscolpars. */
const CATALOG_IDENTITY = 0x4;
const OBJECT_SHIPPED = 0x1;

export type DatabaseFile = { readonly map: AddressMap; readonly name: string };

/** A data file that is at hand; the header is null where it cannot be read. */
export type OpenFile = DatabaseFile & { readonly header: FileHeader | null };

export class Database {
  readonly name: string;
  /** Path or locator of the primary file. */
  readonly image: string;
  readonly boot: BootPage;
  /** By file id, the primary one (1) first. */
  readonly files: ReadonlyMap<number, OpenFile>;
  /** What was met so far that did not stop the work. At most a few hundred are kept. */
  readonly findings: Finding[] = [];
  readonly pages: PageReader;
  readonly allocation: Allocation;
  #catalog: Catalog | undefined;
  #tables: readonly Table[] | undefined;

  private constructor(pages: PageReader, boot: BootPage, files: ReadonlyMap<number, OpenFile>) {
    this.pages = pages;
    this.image = pages.name;
    this.boot = boot;
    this.files = files;
    this.name = boot.name;
    this.allocation = new Allocation(pages, (error) => this.tell(error));
  }

  /** Opens a database by its primary file, and secondary files (.ndf) where it has them. Reads three pages. */
  static open(primary: DatabaseFile, secondary: readonly DatabaseFile[] = []): Database {
    const { name } = primary;
    requireSize(primary);
    const files = new Map<number, OpenFile>([[PRIMARY, { ...primary, header: null }]]);
    for (const file of secondary) {
      const header = headerOf(file);
      const other = files.get(header.fileId);
      if (other !== undefined) throw numberTaken(file, header.fileId, other);
      files.set(header.fileId, { ...file, header });
    }
    const pages = new PageReader(new Map([...files].map(([id, { map }]) => [id, map])), name);
    const early: StorageError[] = [];
    const first = pages.suspect(PRIMARY, 0);
    if (first.error !== null) early.push(first.error);
    let header: FileHeader | null = null;
    try {
      header = readFileHeader(first.page, name);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      early.push(error); // the boot page decides
    }
    const boot = pages.suspect(PRIMARY, BOOT_PAGE);
    if (boot.error !== null) early.push(boot.error);
    // A header that fails its checksum is not believed; one that proves itself as another file's is.
    const believed = first.error === null || first.error.code === 'MDF_PAGE_WRONG_ID';
    if (header !== null && header.fileId !== PRIMARY && believed) throw notPrimary(name, header.fileId);
    files.set(PRIMARY, { ...primary, header });
    const database = new Database(pages, readBoot(boot.page, boot.error, name, early), files);
    for (const error of early) database.tell(error);
    if (!isTestedVersion(database.boot.version)) {
      database.#add('warning', 'MDF_VERSION', `database version ${database.boot.version} was never tested`, {});
    }
    return database;
  }

  get catalog(): Catalog {
    this.#catalog ??= new Catalog(this.pages, this.allocation, this.boot, (error) => this.tell(error));
    return this.#catalog;
  }

  /** Data files that the catalog knows and that are not at hand. None where the catalog cannot be read. */
  absentFiles(): readonly DatabaseFileRow[] {
    try {
      return this.catalog.files().filter(({ fileId, fileType }) => fileType === DATA_FILE && !this.files.has(fileId));
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      this.tell(error);
      return [];
    }
  }

  /** Whether the catalog has the file of this number as a log. */
  knowsAsLog(fileId: number): boolean {
    try {
      return this.catalog.files().some((file) => file.fileId === fileId && file.fileType === LOG_FILE);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      this.tell(error);
      return false;
    }
  }

  /** Whether a file is the one of this number that was in use together with the primary one. */
  owns(file: DatabaseFile, fileId: number): boolean {
    try {
      const own = this.files.get(PRIMARY)?.header?.bindingId ?? null;
      const header = headerOf(file);
      return header.fileId === fileId && (own === null || header.bindingId === own);
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      return false;
    }
  }

  /** User tables by name; with `system` the catalog's own too. */
  tables(options: { readonly system?: boolean } = {}): readonly Table[] {
    this.#tables ??= this.#readTables();
    return options.system === true ? this.#tables : this.#tables.filter((table) => !table.system);
  }

  /** A table by name: `tbl_IM_DataSource`, `dbo.tbl_IM_DataSource`, `[dbo].[tbl_IM_DataSource]`, in any case. */
  table(wanted: string): Table {
    const found = this.findTable(wanted);
    if (found !== null) return found;
    const list = `\`pitvault tables ${shellWord(this.image)}\` lists`;
    const damage = this.catalogDamage;
    if (damage !== null) {
      throw corrupt('MDF_TABLE_LOST', `what is left of the catalog of ${this.name} has no table ${wanted}: ${damage}`, {
        image: this.image,
        hint: `${list} what is left; take the database from another recovery point, or from a backup`,
      });
    }
    const names = this.tables().map((table) => table.fullName);
    throw notFound('MDF_TABLE_MISSING', `database ${this.name} has no table ${wanted}`, {
      image: this.image,
      hint: `${list} them${names.length > 0 && names.length <= 12 ? `: ${names.join(', ')}` : ''}`,
    });
  }

  /** What was lost so far, so that a table may be there and not be found; null where nothing was. */
  get catalogDamage(): string | null {
    return this.findings.find(({ severity }) => severity === 'error')?.message ?? null;
  }

  /** As `table`, null for one that is not there. Without a schema `dbo` comes first; of several others none is guessed. */
  findTable(wanted: string): Table | null {
    const parts = splitName(wanted);
    const [schema, name = ''] = parts.length > 1 ? parts.slice(-2) : [undefined, parts[0]];
    const all = this.tables({ system: true }).filter(
      (table) =>
        table.name.toLowerCase() === name.toLowerCase() &&
        (schema === undefined || schema === '' || table.schema.toLowerCase() === schema.toLowerCase()),
    );
    const ours = all.filter(({ system }) => !system);
    const own = named(
      ours.filter((table) => table.schema === 'dbo'),
      name,
    );
    if (own === undefined && ours.length > 1) {
      throw new StorageError('conflict', 'MDF_TABLE_AMBIGUOUS', `${ours.length} tables are called ${wanted}`, {
        image: this.image,
        hint: `say which: ${ours.map(({ fullName }) => fullName).join(', ')}`,
      });
    }
    return own ?? ours[0] ?? all[0] ?? null;
  }

  /** @internal Keeps a defect as a finding. */
  tell(error: StorageError): void {
    if (this.findings.some((finding) => finding.code === error.code && finding.message === error.message)) return;
    this.#add('error', error.code, error.message, error.at);
  }

  #add(severity: Finding['severity'], code: ErrorCode, message: string, at: Finding['at']): void {
    if (this.findings.length < FINDINGS_MAX)
      this.findings.push({ severity, code, message, at: { image: this.image, ...at } });
  }

  #readTables(): Table[] {
    const { catalog } = this;
    const rowsets = new Map<number, Rowset[]>();
    for (const rowset of catalog.rowsets) {
      if (rowset.indexId > 1) continue;
      const known = rowsets.get(rowset.objectId);
      if (known === undefined) rowsets.set(rowset.objectId, [rowset]);
      else known.push(rowset);
    }
    const schemas = catalog.schemas();
    const physical = this.#physicalColumns(new Set([...rowsets.values()].flat().map((rowset) => rowset.id)));
    const columns = new Map<number, { columnId: number; name: string; status: number }[]>();
    for (const column of catalog.columns()) {
      if (column.number !== 0 || !rowsets.has(column.objectId)) continue;
      const known = columns.get(column.objectId);
      if (known === undefined) columns.set(column.objectId, [column]);
      else known.push(column);
    }
    const tables: Table[] = [];
    const source = { pages: this.pages, allocation: this.allocation, catalog };
    for (const object of catalog.objects()) {
      const own = rowsets.get(object.id);
      const system = object.type === 'S ' || object.type === 'IT' || (object.status & OBJECT_SHIPPED) !== 0;
      if (own === undefined || (object.type !== 'U ' && !system)) continue;
      own.sort((a, b) => a.partition - b.partition);
      const parts = tableParts(
        object,
        schemas.get(object.schemaId),
        system,
        own,
        columns.get(object.id) ?? [],
        physical,
      );
      this.#warnOfCollations(parts);
      tables.push(new Table(parts, source));
    }
    return tables.sort((a, b) => (a.fullName.toLowerCase() < b.fullName.toLowerCase() ? -1 : 1));
  }

  #physicalColumns(wanted: ReadonlySet<CatalogId>): Map<CatalogId, PhysicalColumn[]> {
    const initials = new Map<string, SqlValue>();
    for (const { rowsetId, hobtColumnId, value } of this.catalog.defaults())
      initials.set(`${rowsetId}/${hobtColumnId}`, value);
    const physical = new Map<CatalogId, PhysicalColumn[]>();
    for (const row of this.catalog.rowsetColumns()) {
      if (!wanted.has(row.rowsetId) || (row.status & COLUMN_DROPPED) !== 0) continue;
      if (row.columnId < 1 || row.columnId > COLUMN_ID_MAX) continue; // uniquifier, internal, dropped
      const initial = initials.get(`${row.rowsetId}/${row.hobtColumnId}`) ?? null;
      const column = physicalColumn(row, this.boot.collation, initial);
      const known = physical.get(row.rowsetId);
      if (known === undefined) physical.set(row.rowsetId, [column]);
      else known.push(column);
    }
    return physical;
  }

  /** Text that may be read with the wrong letters is told of once a collation. */
  #warnOfCollations(parts: TableParts): void {
    if (parts.system) return;
    for (const { type } of parts.partitions[0]?.columns ?? []) {
      if (!usesCodePage(type.xtype) || codePageOf(type.collation).certain) continue;
      const message = `the code page of collation 0x${type.collation.toString(16)} is unknown: its varchar and text columns are read as windows-1252`;
      if (!this.findings.some((finding) => finding.message === message))
        this.#add('warning', 'MDF_COLLATION', message, {});
    }
  }
}

function tableParts(
  object: { readonly id: number; readonly name: string },
  schema: string | undefined,
  system: boolean,
  rowsets: readonly Rowset[],
  columns: readonly { columnId: number; name: string; status: number }[],
  physical: ReadonlyMap<CatalogId, PhysicalColumn[]>,
): TableParts {
  const partitions = rowsets.map((rowset) => ({
    rowset,
    columns: (physical.get(rowset.id) ?? []).map((column) => ({
      ...column,
      name: columns.find(({ columnId }) => columnId === column.columnId)?.name ?? `column ${column.columnId}`,
    })),
  }));
  const stored = partitions[0]?.columns ?? [];
  // Where syscolpars has lost its row, the column is still there under a number.
  const known = new Set(columns.map(({ columnId }) => columnId));
  const nameless = stored.filter(({ columnId }) => !known.has(columnId)).map((column) => ({ ...column, status: 0 }));
  const all = [...columns, ...nameless].sort((a, b) => a.columnId - b.columnId);
  return {
    schema: schema ?? (system ? 'sys' : 'dbo'),
    name: object.name,
    objectId: object.id,
    system,
    partitions,
    columns: all.map(({ columnId, name, status }): Column & { columnId: number } => {
      const place = stored.find((column) => column.columnId === columnId);
      return {
        columnId,
        name,
        type: place === undefined ? COMPUTED : typeText(place.type),
        isCaseSensitive: place !== undefined && isText(place.type.xtype) && isCaseSensitive(place.type.collation),
        nullable: place?.nullable ?? true,
        identity: (status & CATALOG_IDENTITY) !== 0,
      };
    }),
  };
}

/** `collation`: the database's, for columns without one of their own. */
function physicalColumn(row: RowsetColumn, collation: number, initial: SqlValue): PhysicalColumn {
  const leaf = (row.offsets << 16) >> 16;
  return {
    columnId: row.columnId,
    name: '',
    type: typeFromInfo(row.typeInfo, (row.collation || collation) >>> 0),
    offset: leaf >= 0 ? leaf : null,
    ordinal: leaf < 0 ? -1 - leaf : 0,
    nullBit: row.nullBits & 0xffff,
    bit: row.bit & 7,
    sparse: (row.status & COLUMN_SPARSE) !== 0,
    nullable: (row.status & COLUMN_NOT_NULL) === 0,
    initial,
  };
}

function readBoot(page: Page, defect: StorageError | null, name: string, early: readonly StorageError[]): BootPage {
  try {
    return readBootPage(page, name);
  } catch (error) {
    // When page 0 is no file header either, it is no database at all: that is the better message.
    const none = early.find((other) => other.code === 'MDF_FILE_HEADER');
    if (none !== undefined) throw none;
    // A page that fails its proof is damaged rather than strange, whatever stands in it.
    if (defect !== null && StorageError.is(error) && error.kind === 'corrupt') throw defect;
    throw error;
  }
}

function headerOf(file: DatabaseFile): FileHeader {
  const pages = new PageReader(new Map([[0, file.map]]), file.name);
  if (pages.pageCount(0) === 0)
    throw corrupt('MDF_TOO_SMALL', `${file.name} holds no page`, {
      image: file.name,
      hint: 'give a data file (.ndf) of the same database',
    });
  return readFileHeader(pages.suspect(0, 0).page, file.name);
}

/** A file that is too short for a boot page: empty, cut, or something else altogether. */
function requireSize({ map, name }: DatabaseFile): void {
  if (map.size >= (BOOT_PAGE + 1) * PAGE_SIZE) return;
  if (map.size === 0)
    throw corrupt('MDF_TOO_SMALL', `${name} is empty`, { image: name, hint: 'copy it again from where it came from' });
  if (map.size >= PAGE_SIZE) {
    const { fileId } = headerOf({ map, name }); // throws for what is no data file, which says more
    if (fileId !== PRIMARY) throw notPrimary(name, fileId);
  }
  throw corrupt('MDF_TOO_SMALL', `${name} is too small for a database: ${map.size} bytes`, {
    image: name,
    hint: 'it is cut short, or no primary data file (.mdf): copy it again, or give the .mdf',
  });
}

function numberTaken({ name }: DatabaseFile, fileId: number, other: DatabaseFile): StorageError {
  const message =
    fileId === PRIMARY
      ? `${name} is a primary file itself, not a further file of ${other.name}`
      : `${name} and ${other.name} are both file ${fileId} of a database`;
  return invalidArgument('MDF_FILE_TWICE', message, {
    image: name,
    hint: 'give one .mdf, and with --file only the .ndf files that belong to it',
  });
}

function notPrimary(name: string, fileId: number): StorageError {
  return invalidArgument('MDF_NOT_PRIMARY', `${name} is file ${fileId} of its database, not the primary file`, {
    image: name,
    hint: fileId === 2 ? 'a log (.ldf) holds no tables; give the .mdf' : 'give the .mdf first',
  });
}

/** `[dbo].[My.Table]` into its parts; brackets and double quotes keep dots. */
function splitName(name: string): string[] {
  const parts = [...name.matchAll(/\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|([^.[\]"]+)/g)].map(
    (match) => match[1]?.replaceAll(']]', ']') ?? match[2]?.replaceAll('""', '"') ?? match[3]!.trim(),
  );
  return parts.length > 0 ? parts : [name];
}
