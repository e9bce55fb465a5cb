/**
 * What vssadmin, diskshadow and mountvol print, read back. Pure. The tools speak the language of the system, so lines are
 * known by their structure: what stands in braces, how deep they are nested, in which order they come; English words are
 * only a help where they are there. What cannot be told apart is refused, never guessed.
 */

import { StorageError } from '../../src/errors.ts';

export type TranscriptShadow = {
  readonly setId: string;
  readonly id: string;
  /** As printed; see `parseTime` for its meaning. */
  readonly created: string;
  /** Mount path of the original volume, or empty. */
  readonly originalPath: string;
  /** `\\?\Volume{...}\`, or a share. */
  readonly originalVolume: string;
  readonly device: string;
  readonly originatingMachine: string;
  readonly serviceMachine: string;
  readonly type: string;
  readonly attributes: readonly string[];
};

export class TranscriptError extends StorageError {
  constructor(message: string) {
    const hint = 'native-shims/windows/self-test.ps1 records what the tools print here: send it with a report';
    super('corrupt', 'WINDOWS_TRANSCRIPT', message, { structure: 'transcript', hint });
  }
}

const GUID = '\\{[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\\}';
const VALUE = /^[^:]*?:\s?(?<value>.*)$/s;

/**
 * `vssadmin list shadows`. A set's line ends in its GUID, the next line says when, then each copy has eight lines in a
 * fixed order: id, original volume, device, two machines, provider, type, attributes.
 */
export function parseVssadminShadows(text: string): TranscriptShadow[] {
  const lines = unwrapped(text);
  const shadows: TranscriptShadow[] = [];
  let setId = '';
  let created = '';
  for (let index = 0; index < lines.length; index++) {
    const id = new RegExp(`:\\s*(${GUID})\\s*$`).exec(lines[index]!)?.[1];
    if (id === undefined) continue;
    const isCopy = /Volume/.test(lines[index + 1] ?? '') && /HarddiskVolumeShadowCopy/.test(lines[index + 2] ?? '');
    if (!isCopy) {
      setId = id;
      created = fieldOf(lines[++index] ?? '', 'creation time');
      continue;
    }
    const [volume, device, originating, service, , type, attributes] = lines.slice(index + 1, index + 8);
    if (attributes === undefined || setId === '') throw new TranscriptError(`shadow copy ${id} is cut off`);
    const original = /^(?:\((?<path>.*)\))?(?<name>\\\\.*)$/.exec(fieldOf(volume!, 'original volume'))?.groups;
    if (original === undefined) throw new TranscriptError(`not a volume: ${volume}`);
    shadows.push({
      setId,
      id,
      created,
      originalPath: original['path'] ?? '',
      originalVolume: original['name']!,
      device: fieldOf(device!, 'device'),
      originatingMachine: fieldOf(originating!, 'machine'),
      serviceMachine: fieldOf(service!, 'machine'),
      type: fieldOf(type!, 'type'),
      attributes: fieldOf(attributes, 'attributes')
        .split(/,\s*/)
        .filter((name) => name !== ''),
    });
    index += 7;
  }
  // Words that are set out in another way would make them fewer, or none at all.
  const devices = lines.filter((line) => /HarddiskVolumeShadowCopy\d/.test(line)).length;
  if (devices > shadows.length)
    throw new TranscriptError(`${devices} shadow copies are listed, and ${shadows.length} can be read`);
  return shadows;
}

export type DiskshadowShadow = {
  readonly id: string;
  readonly setId: string;
  readonly alias: string | null;
  readonly originalVolume: string;
  readonly created: string;
  readonly device: string;
  readonly originatingMachine: string;
  readonly serviceMachine: string;
  /** Null: not exposed. */
  readonly exposed: string | null;
  readonly providerId: string;
  readonly attributes: readonly string[];
};

/** The copies in what diskshadow prints after `create` or `list shadows`; tabs, blanks, or no indent at all. */
export function parseDiskshadowShadows(text: string): DiskshadowShadow[] {
  const shadows: DiskshadowShadow[] = [];
  const blocks = text.split(/^\s*\*\s+(?=[^\n]*=\s*\{)/m).slice(1);
  for (const block of blocks) {
    const lines = block.split(/\r?\n/).map((line) => line.trim());
    const head = new RegExp(`=\\s*(?<id>${GUID})\\s*(?:%(?<alias>[^%]+)%)?`).exec(lines[0]!)?.groups;
    const fields = lines
      .slice(1)
      .filter((line) => line.startsWith('- '))
      .map((line) => line.slice(2));
    if (head === undefined || fields.length < 9) throw new TranscriptError(`a shadow copy is cut off: ${lines[0]}`);
    const [set, , volume, created, device, originating, service, exposed, provider, attributes] = fields as string[];
    const setId = new RegExp(GUID).exec(set!)?.[0];
    if (setId === undefined || attributes === undefined) throw new TranscriptError(`not a shadow copy set: ${set}`);
    shadows.push({
      id: head['id']!,
      setId,
      alias: head['alias'] ?? null,
      originalVolume: fieldOf(volume!, 'volume'),
      created: fieldOf(created!, 'creation time'),
      device: fieldOf(device!, 'device'),
      originatingMachine: fieldOf(originating!, 'machine'),
      serviceMachine: fieldOf(service!, 'machine'),
      exposed: exposedPlace(exposed!),
      providerId: new RegExp(GUID).exec(provider!)?.[0] ?? '',
      attributes: fieldOf(attributes, 'attributes')
        .split(/\s+/)
        .filter((name) => name !== ''),
    });
  }
  return shadows;
}

/** `Exposed locally as: X:\`, `Exposed remotely as NAME`: a letter or a folder, or what stands behind the colon, or the last word; null for `Not exposed`. */
function exposedPlace(text: string): string | null {
  const place = /(?:^|[\s:])([A-Za-z]:(?:\\.*)?)$/.exec(text)?.[1];
  if (place !== undefined) return place;
  return text.includes(':') ? fieldOf(text, 'exposed') : (/^Exposed .*?(\S+)$/i.exec(text)?.[1] ?? null);
}

export type MountvolVolume = { readonly name: string; readonly mountPoints: readonly string[] };

/** The list of `mountvol`: volume names, each followed by its mount points or by a line in asterisks. */
export function parseMountvol(text: string): MountvolVolume[] {
  const volumes: { name: string; mountPoints: string[] }[] = [];
  for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
    if (/^\\\\\?\\Volume\{[0-9a-f-]+\}\\$/i.test(line)) volumes.push({ name: line, mountPoints: [] });
    // Below the list may stand sentences, about volumes that are not mounted by themselves or about that of EFI.
    else if (/^[a-z]:\\/i.test(line)) volumes.at(-1)?.mountPoints.push(line);
  }
  return volumes;
}

/** `Format-List`: a property a line, its name padded to the colon. The names are those of .NET, in every language. */
export function parseProperties(text: string): (readonly [name: string, value: string])[] {
  const found = text.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*(\w+)\s+:(?:\s(.*))?$/.exec(line);
    return match === null ? [] : [[match[1]!, (match[2] ?? '').trim()] as const];
  });
  if (!found.some(([name]) => name === 'VhdFormat')) throw new TranscriptError('no properties of a virtual disk');
  return found;
}

/** The lines without the maker's name and rights above them; in every language the latter names Microsoft. */
export function withoutBanner(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  const rights = lines.slice(0, 4).findLastIndex((line) => /\(C\)|Copyright|\u00a9/.test(line));
  const rest = lines.slice(rights + 1);
  const first = rest.findIndex((line) => line !== '');
  const last = rest.findLastIndex((line) => line !== '');
  return first < 0 ? [] : rest.slice(first, last + 1);
}

/** Ids without braces, in small letters, and local times, of what `cimShadows` prints; null for what is no such list. */
export function parseCimTimes(text: string): ReadonlyMap<string, string> | null {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(list)) return null;
  const times = new Map<string, string>();
  for (const item of list as ({ ID?: unknown; InstallDate?: unknown } | null)[]) {
    const ms = typeof item?.InstallDate === 'string' ? Date.parse(item.InstallDate) : Number.NaN;
    if (typeof item?.ID !== 'string' || Number.isNaN(ms)) return null;
    const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
    times.set(item.ID.replace(/[{}]/g, '').toLowerCase(), local.toISOString().slice(0, 19));
  }
  return times;
}

/** Which of the first two numbers of a date is the day; null where nothing tells. */
export type DateOrder = 'day first' | 'month first' | null;

/** The order that the times of one machine have, as far as one of them can be read in one way only. */
export function dateOrderOf(texts: readonly string[]): DateOrder {
  const orders = texts.map(partsOf).flatMap((parts) => (parts === null ? [] : [orderIn(parts)]));
  const told = new Set(orders.filter((order) => order !== null));
  return told.size === 1 ? [...told][0]! : null;
}

/** Whether this time can be read in two ways. */
export function isUnclear(text: string, order: DateOrder): boolean {
  const parts = partsOf(text);
  return parts === null || (!parts.isYearFirst && parts.first !== parts.second && (orderIn(parts) ?? order) === null);
}

/**
 * A printed time as its parts, in the styles seen: `7/1/2014 8:00:03 PM`, `25-08-2022 12:16:16`, `2022-08-25 12:16:16`.
 * `order` is what the other times of the machine tell. Null where day and month cannot be told apart, AM and PM or not (Australia
 * has them behind the day): the value stays text then.
 */
export function parseTime(text: string, order: DateOrder = null): { readonly iso: string } | null {
  const parts = partsOf(text);
  if (parts === null) return null;
  const { year, first, second, time } = parts;
  const found = parts.isYearFirst || first === second ? 'month first' : (orderIn(parts) ?? order);
  if (found === null) return null;
  const [month, day] = found === 'month first' ? [first, second] : [second, first];
  if (month > 12 || day > 31) return null;
  const two = (value: number): string => String(value).padStart(2, '0');
  return { iso: `${year}-${two(month)}-${two(day)}T${time}` };
}

type TimeParts = {
  readonly year: string;
  readonly first: number;
  readonly second: number;
  readonly isYearFirst: boolean;
  readonly separator: string;
  readonly time: string;
};

function partsOf(text: string): TimeParts | null {
  const match = /^(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4}),?\s+(\d{1,2})[:.](\d{2})[:.](\d{2})(?:\s*([AP])\.?M\.?)?$/i.exec(
    text.trim(),
  );
  if (match === null) return null;
  const [, a, separator, b, c, hour, minute, second, half] = match as unknown as string[];
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  const time = `${String(hours).padStart(2, '0')}:${minute}:${second}`;
  const isYearFirst = a!.length === 4;
  if (!isYearFirst && c!.length !== 4) return null; // two digits: `22/08/14` is read in six ways
  const [year, first, then] = isYearFirst ? [a!, b!, c!] : [c!, a!, b!];
  return {
    year,
    first: Number(first),
    second: Number(then),
    isYearFirst,
    separator: separator!,
    time,
  };
}

/** Points and dashes have the day first wherever the year is last; of slashes (Britain, the United States) only a number beyond 12 tells. */
function orderIn({ first, second, isYearFirst, separator }: TimeParts): DateOrder {
  if (isYearFirst) return null;
  if (first > 12) return 'day first';
  if (second > 12) return 'month first';
  return separator === '/' ? null : 'day first';
}

function fieldOf(line: string, what: string): string {
  const value = VALUE.exec(line)?.groups?.['value'];
  if (value === undefined) throw new TranscriptError(`no ${what} in: ${line}`);
  return value.trim();
}

/** Lines that a narrow console cut in two are put together: the rest starts at the margin and has no colon of its own. */
function unwrapped(text: string): string[] {
  const lines: string[] = [];
  let wide = 0;
  for (const raw of text.split(/\r?\n/)) {
    const previous = lines.at(-1);
    const isRest =
      previous !== undefined &&
      raw !== '' &&
      !/^\s/.test(raw) &&
      !raw.includes(':') &&
      previous.includes(':') &&
      previous.length >= 60 &&
      previous.length >= wide - 1;
    if (isRest) lines[lines.length - 1] = previous + raw;
    else if (raw.trim() !== '') lines.push(raw.trimEnd());
    wide = Math.max(wide, raw.length);
  }
  return lines.map((line) => line.trim());
}
