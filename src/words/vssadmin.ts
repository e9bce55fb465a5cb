/** `vssadmin list ...`, over the attached disks and over images and pools. What changes shadow copies is refused. */

import { resolve } from 'node:path';
import { unsupported } from '../errors.ts';
import { parseWords, usage } from './command-words.ts';
import { NO_ITEMS, vssadminShadows } from './layouts.ts';
import { parseLetter, parseVolumeName, sameGuid, volumeName } from './volume-name.ts';
import { isHelp, LISTINGS, refuseChanges, refuseStrayOptions, VSSADMIN } from './word-specs.ts';
import { WordState } from './word-state.ts';
import type { WordsContext } from './words-context.ts';
import { type DiffArea, noteDoubts, World, type WorldVolume } from './world.ts';

export async function vssadmin(args: readonly string[], context: WordsContext): Promise<number> {
  const parsed = parseWords(args, VSSADMIN);
  if (isHelp(parsed, context)) return 0;
  const [, what, more] = parsed.words.map((word) => word.toLowerCase());
  refuseChanges(parsed);
  if (more !== undefined) throw usage(VSSADMIN, 'wrong number of words');
  refuseStrayOptions(parsed, LISTINGS);
  if (what === 'providers') {
    for (const line of PROVIDERS) context.out(line);
    return 0;
  }
  if (what === 'writers') {
    throw unsupported('VSSADMIN_WRITERS', 'writers are programs that run on a Windows machine', {
      hint: 'run vssadmin list writers there',
    });
  }
  if (what === undefined || !KINDS.includes(what)) throw usage(VSSADMIN, `vssadmin list ${what ?? ''} is unknown`);
  const state = new WordState();
  await using world = await World.open(state, parsed.all('image').map(context.absolute), context.open, context.note);
  const target = parsed.value('for');
  const guid = target === undefined ? null : guidOfTarget(target, state, `${what ?? ''} /for`);
  switch (what) {
    case 'shadows': {
      const [wanted, set] = [parsed.value('shadow'), parsed.value('set')];
      if (guid !== null) world.volume(guid); // a name that nothing has is an error, a volume without copies is not
      const shadows = (await world.shadows()).filter(
        (shadow) =>
          (guid === null || shadow.originalGuid === guid) &&
          (wanted === undefined || sameGuid(shadow.id, wanted)) &&
          (set === undefined || sameGuid(shadow.setId, set)),
      );
      for (const line of vssadminShadows(shadows)) context.out(line);
      noteDoubts(shadows, context.note);
      return shadows.length === 0 ? 1 : 0;
    }
    case 'volumes':
      for (const volume of world.volumes()) {
        context.out(`Volume path: ${world.mountPoints(volume.guid, volume.image)[0] ?? volumeName(volume.guid)}`);
        context.out(`    Volume name: ${volumeName(volume.guid)}`);
      }
      return 0;
    case 'shadowstorage': {
      const on = parsed.value('on');
      const storageGuid = on === undefined ? null : guidOfTarget(on, state, 'shadowstorage /on');
      const found = world.volumes().flatMap((volume) => {
        const area = guid === null || volume.guid === guid ? volume.diffArea() : null;
        return area === null || (storageGuid !== null && area.guid !== storageGuid) ? [] : [{ volume, area }];
      });
      if (found.length === 0) context.out(NO_ITEMS);
      for (const { volume, area } of found) for (const line of storageLines(volume, area, world)) context.out(line);
      return found.length === 0 ? 1 : 0;
    }
    default:
      return 0;
  }
}

const KINDS = ['shadows', 'volumes', 'shadowstorage'];

/** A volume's name, or the letter or folder where it is mounted. */
function guidOfTarget(target: string, state: WordState, option: string): string {
  const mounted = state.exposed(parseLetter(target) ?? resolve(target));
  if (mounted !== undefined) return mounted.volumeGuid;
  return parseVolumeName(target, (name) => `pitvault vssadmin list ${option.replace(' ', " '")}=${name}'`);
}

const PROVIDERS = [
  "Provider name: 'Microsoft Software Shadow Copy provider 1.0'",
  '   Provider type: System',
  '   Provider Id: {b5946137-7b9f-4925-af80-51abd60b20d5}',
  '   Version: 1.0.0.7',
  '',
];

function storageLines(volume: WorldVolume, { guid, used, maximum }: DiffArea, world: World): string[] {
  const nameOf = (one: string): string => {
    const image = one === volume.guid ? volume.image : world.volumes().find(({ guid: other }) => other === one)?.image;
    const [mountPoint] = world.mountPoints(one, image ?? '');
    return `${mountPoint === undefined ? '' : `(${mountPoint})`}${volumeName(one)}`;
  };
  const share = (bytes: number): string => `${sizeText(bytes)} (${Math.floor((100 * bytes) / volume.size)}%)`;
  return [
    'Shadow Copy Storage association',
    `   For volume: ${nameOf(volume.guid)}`,
    `   Shadow Copy Storage volume: ${nameOf(guid)}`,
    `   Used Shadow Copy Storage space: ${share(used)}`,
    `   Allocated Shadow Copy Storage space: ${share(used)}`,
    `   Maximum Shadow Copy Storage space: ${maximum === 0 ? 'UNBOUNDED (100%)' : share(maximum)}`,
    '',
  ];
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(2)} ${units[unit]}`;
}
