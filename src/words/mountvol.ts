/** `mountvol`: volumes at letters and folders. A letter is a folder in the state folder, whose path is printed. */

import { invalidArgument } from '../errors.ts';
import { parseWords } from './command-words.ts';
import { expose, exposureAt, unexpose } from './exposing.ts';
import { mountvolList } from './layouts.ts';
import { parseLetter, parseVolumeName, volumeName } from './volume-name.ts';
import { MOUNTVOL, refuseMachineSwitches, refuseMixedMountvol } from './word-specs.ts';
import { WordState } from './word-state.ts';
import type { WordsContext } from './words-context.ts';
import { World } from './world.ts';

const USAGE = [
  'Creates, deletes, or lists a volume mount point.',
  '',
  'MOUNTVOL [drive:]path VolumeName',
  'MOUNTVOL [drive:]path /D',
  'MOUNTVOL [drive:]path /L',
  '',
];

export async function mountvol(args: readonly string[], context: WordsContext): Promise<number> {
  const parsed = parseWords(args, MOUNTVOL);
  refuseMachineSwitches(parsed);
  refuseMixedMountvol(parsed);
  const state = new WordState();
  const [place, name] = parsed.words;
  if (place !== undefined && parsed.has('D')) {
    await unexpose(state, context.mounter, exposureAt(state, place));
    return 0;
  }
  if (place !== undefined && parsed.has('L')) {
    context.out(`    ${volumeName(exposureAt(state, place).volumeGuid)}`);
    return 0;
  }
  await using world = await World.open(state, parsed.all('image').map(context.absolute), context.open, context.note);
  if (place === undefined) {
    const volumes = world.volumes().map(({ guid, image }) => ({ guid, mountPoints: world.mountPoints(guid, image) }));
    for (const line of [...USAGE, ...mountvolList([...volumes, ...world.otherMounts()])]) context.out(line);
    return 0;
  }
  const correct = (volume: string): string => `pitvault mountvol ${place} '${volume}'`;
  if (name === undefined) {
    // `mountvol X:` alone, or a name whose backslashes made the shell take it for part of another word.
    throw invalidArgument('MOUNTVOL_NAME', 'which volume?', { hint: correct(volumeName('GUID')) });
  }
  const volume = world.volume(parseVolumeName(name, correct));
  const { guid: volumeGuid, image, source } = volume;
  const exposure = await expose(state, context.mounter, place, { source, volumeGuid, shadowId: null, image });
  if (parseLetter(place) !== null) context.out(`${exposure.at} is ${exposure.directory}`);
  const alike = world.volumes().filter((other) => other.guid === volumeGuid && other.image !== image);
  if (alike.length > 0) {
    context.out(`it shows ${image}; of the same name are also ${alike.map((other) => other.image).join(', ')}`);
  }
  return 0;
}
