/** `pitvault diff A [B] [--shadow N] [--to-shadow N] [--files] [--out changes.vhdx] [--svg map.svg]` */

import { openReplicaPool } from '../../backup/pool-on-disk.ts';
import { type CompareOptions, type Comparison, compareImages } from '../../diff/compare-images.ts';
import { type DiffMethod, type DiffRange, METHODS } from '../../diff/diff-ranges.ts';
import type { VolumeFileChange } from '../../diff/file-diff.ts';
import { invalidArgument } from '../../errors.ts';
import type { ContentRange } from '../../filesystem/file-system.ts';
import { chooseShadow } from '../../image/choose-shadow.ts';
import { type Image, openImage } from '../../image/image.ts';
import { pathOfState } from '../../replica/state-name.ts';
import { shadowChoice } from '../choose-volume.ts';
import { type CommandCall, flag, type OptionValues, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { line } from '../output.ts';

/** Ranges that are listed for people; `--json` lists all. */
const RANGES_SHOWN = 10;

export async function run(call: CommandCall): Promise<number> {
  const { words, options, json: asJson, open, signal, progress } = call;
  const host = await hostFiles();
  const pool = text(options, 'pool');
  const named = (word: string): string => (pool === undefined ? word : pathOfState(openReplicaPool(pool, host), word));
  const [one, two] = [words[0]!, words[1] ?? words[0]!];
  const opening = { ...open, locks: host };
  await using before = await openImage(named(one), opening);
  await using after = await openImage(named(two), opening);
  const volumes = chosenVolumes(before, after, options);
  if (words[1] === undefined && volumes === undefined) {
    throw invalidArgument('CLI_WORDS', `compare ${one} with what?`, {
      hint: 'name a second disk, or a shadow copy: --shadow 1',
    });
  }
  const withFiles = flag(options, 'files');
  let ranges = 0;
  let isPartial = false;
  const onRange = (range: DiffRange): void => {
    ranges++;
    if (asJson) line(JSON.stringify({ type: 'range', ...range }));
    else if (!withFiles && ranges <= RANGES_SHOWN) line(rangeText(range));
  };
  const onFile = (change: VolumeFileChange): void => {
    isPartial ||= change.kind === 'unreadable' || change.ranges.some(({ state }) => state === 'unreadable');
    if (asJson) line(JSON.stringify({ type: 'file', ...change }));
    else if (change.kind !== 'touched') line(fileText(change));
  };
  const result = await compareImages(before, after, {
    host,
    volumes,
    mapOnly: flag(options, 'map-only'),
    out: text(options, 'out'),
    svg: text(options, 'svg'),
    signal,
    onRange,
    onFile: withFiles ? onFile : undefined,
    onProgress: (done, total) => progress.update(done, total, 'comparing'),
  });
  progress.end();
  if (asJson) line(JSON.stringify({ type: 'summary', ...namesOf(before, after, volumes), ...result }));
  else {
    if (!withFiles && ranges > RANGES_SHOWN) line(`... and ${ranges - RANGES_SHOWN} more ranges (--json lists all)`);
    const what = volumes === undefined ? 'disks' : 'volumes';
    for (const summary of summaryLines(result, what)) line(summary);
  }
  return isPartial || result.unreadable.ranges > 0 ? ExitCode.partial : ExitCode.ok;
}

/** The volumes that the options name, `--shadow` of A and `--to-shadow` of B; none: the disks are compared. */
function chosenVolumes(before: Image, after: Image, options: OptionValues): CompareOptions['volumes'] {
  const names = ['volume', 'shadow', 'shadow-at', 'to-shadow', 'to-shadow-at'];
  if (names.every((name) => options[name] === undefined)) return undefined;
  const wanted = text(options, 'volume');
  return {
    before: chooseShadow(before.volume(wanted), shadowChoice(options)),
    after: chooseShadow(after.volume(wanted), shadowChoice(options, 'to-shadow')),
  };
}

function namesOf(before: Image, after: Image, volumes: CompareOptions['volumes']): { before: string; after: string } {
  return { before: volumes?.before.name ?? before.name, after: volumes?.after.name ?? after.name };
}

function rangeText({ offset, length, state, error }: DiffRange): string {
  const why = error === undefined ? '' : `: ${error.message}`;
  return `${state.padEnd(10)} ${String(offset).padStart(16)} ${String(length).padStart(14)}${why}`;
}

const SIGNS: Readonly<Record<VolumeFileChange['kind'], string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  renamed: '>',
  touched: '.',
  unreadable: '?',
};

/** What the ranges of a file are, by the surest of their states. */
const HOW_KNOWN: Readonly<Record<ContentRange['state'], string>> = {
  changed: '',
  possible: 'stored anew: ',
  unreadable: 'unreadable: ',
};

function fileText(change: VolumeFileChange): string {
  const { kind, path, from, directory, ranges, sizeBefore, sizeAfter, error } = change;
  const name = `${SIGNS[kind]} ${from === undefined ? '' : `${from} -> `}${path}${directory ? '/' : ''}`;
  if (error !== undefined) return `${name}  ${error.message}`;
  const facts: string[] = [];
  if (sizeBefore !== undefined && sizeAfter !== undefined && sizeBefore !== sizeAfter)
    facts.push(`${bytesText(sizeBefore)} -> ${bytesText(sizeAfter)}`);
  else if (sizeAfter ?? sizeBefore) facts.push(bytesText((sizeAfter ?? sizeBefore)!));
  if (ranges.length > 0) {
    const bytes = ranges.reduce((sum, range) => sum + range.length, 0);
    const states = ['changed', 'possible', 'unreadable'] as const;
    const best = states.find((one) => ranges.some(({ state }) => state === one))!;
    facts.push(`${HOW_KNOWN[best]}${bytesText(bytes)} in ${ranges.length} range${ranges.length > 1 ? 's' : ''}`);
  }
  return facts.length === 0 ? name : `${name}  (${facts.join(', ')})`;
}

const PROOFS: Readonly<Record<DiffMethod, string>> = {
  identity: 'live in one place',
  changes: 'are in no change map',
  fingerprints: 'have equal fingerprints',
  extents: 'are shared, or holes of the file system',
  bytes: 'were compared',
};

function summaryLines(result: Comparison, what: 'disks' | 'volumes'): string[] {
  const { sizes, equal, changed, possible, unreadable, readBytes, files, out } = result;
  const [before, after] = sizes;
  const lines = before === after ? [] : [`sizes differ: ${before} bytes before, ${after} after`];
  if (files !== null) {
    const counts = Object.entries(files).filter(([, count]) => count > 0);
    lines.push(`files: ${counts.map(([kind, count]) => `${count} ${kind}`).join(', ') || 'all as they were'}`);
  }
  const found = [
    { text: 'changed', ...changed },
    { text: 'may differ (not read)', ...possible },
    { text: 'unreadable', ...unreadable },
  ].filter(({ ranges }) => ranges > 0);
  for (const { text, bytes, ranges } of found) lines.push(`${text}: ${bytesText(bytes)} in ${ranges} ranges`);
  if (found.length === 0) lines.push(`the ${what} are equal`);
  const proofs = METHODS.filter((method) => equal[method] > 0).map(
    (method) => `${bytesText(equal[method])} ${PROOFS[method]}`,
  );
  lines.push(`equal: ${proofs.join(', ') || 'nothing'}`, `read: ${bytesText(readBytes)}`);
  if (out !== null) lines.push(`${out.path}: ${bytesText(out.writtenBytes)} of changes`);
  return lines;
}
