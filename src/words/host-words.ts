/** The words on a Windows machine: the same grammar and refusals, over its own tools instead of images. */

import { invalidArgument, notFound } from '../errors.ts';
import { attachWithLease, endLease } from './attach-leases.ts';
import { parseWords, usage } from './command-words.ts';
import { interpret, isAskedForHelp, logged } from './diskshadow.ts';
import { HostShadows } from './host-shadows.ts';
import type { HostProperty, HostTools } from './host-tools.ts';
import { describe, testVhd } from './vhd-words.ts';
import { parseLetter, parseVolumeName, volumeName } from './volume-name.ts';
import {
  DISKSHADOW,
  DISMOUNT_VHD,
  diskOf,
  diskOrNumber,
  GET_VHD,
  HOST_LISTINGS,
  isHelp,
  MOUNT_VHD,
  MOUNTVOL,
  refuseChanges,
  refuseMachineSwitches,
  refuseMixedMountvol,
  refuseStrayOptions,
  TEST_VHD,
  VSSADMIN,
} from './word-specs.ts';
import type { WordsContext } from './words-context.ts';

export type HostWord = (args: readonly string[], context: WordsContext, tools: HostTools) => Promise<number>;

export const HOST_WORDS: Readonly<Record<string, HostWord>> = {
  async 'mount-vhd'(args, context, tools) {
    const parsed = parseWords(args, MOUNT_VHD);
    const path = diskFile(context.absolute(diskOf(parsed, MOUNT_VHD)));
    await attachWithLease(tools, path);
    if (parsed.has('Passthru')) await showDisk(path, context, tools);
    return 0;
  },

  async 'dismount-vhd'(args, context, tools) {
    const parsed = parseWords(args, DISMOUNT_VHD);
    const wanted = diskOrNumber(parsed);
    const path = 'path' in wanted ? context.absolute(wanted.path) : await tools.diskPath(wanted.number);
    if (path === null) throw notFound('DISK_NOT_ATTACHED', `disk ${parsed.value('DiskNumber')} is no attached file`);
    await tools.detach(path);
    endLease(path);
    if (parsed.has('Passthru')) await showDisk(path, context, tools);
    return 0;
  },

  async 'get-vhd'(args, context, tools) {
    const parsed = parseWords(args, GET_VHD);
    await showDisk(context.absolute(diskOf(parsed, GET_VHD)), context, tools);
    return 0;
  },

  async 'test-vhd'(args, context, tools) {
    const parsed = parseWords(args, TEST_VHD);
    const holds = await tools.testDisk(context.absolute(diskOf(parsed, TEST_VHD)));
    if (holds === null) return testVhd(args, context); // without Hyper-V: by reading it here
    context.out(holds ? 'True' : 'False');
    return holds ? 0 : 1;
  },

  async mountvol(args, context, tools) {
    const parsed = parseWords(args, MOUNTVOL);
    refuseMachineSwitches(parsed);
    refuseMixedMountvol(parsed);
    const [place, name] = parsed.words;
    if (place === undefined) {
      for (const line of (await tools.volumes()).lines) context.out(line);
      return 0;
    }
    const at = parseLetter(place) ?? context.absolute(place);
    if (parsed.has('D') || parsed.has('L')) {
      const { items } = await tools.volumes();
      const shown = items.find(({ mountPoints }) => mountPoints.some((point) => samePlace(point, at)));
      if (shown === undefined) {
        throw notFound('DRIVE_NOT_MOUNTED', `nothing is mounted at ${at}`, { hint: 'pitvault mountvol lists what is' });
      }
      if (parsed.has('D')) await tools.release(at);
      else context.out(`    ${shown.name}`);
      return 0;
    }
    const correct = (volume: string): string => `pitvault mountvol ${place} ${volume}`;
    if (name === undefined)
      throw invalidArgument('MOUNTVOL_NAME', 'which volume?', { hint: correct(volumeName('GUID')) });
    await tools.assign(at, volumeName(parseVolumeName(name, correct)));
    return 0;
  },

  async vssadmin(args, context, tools) {
    const parsed = parseWords(args, VSSADMIN);
    if (isHelp(parsed, context)) return 0;
    refuseChanges(parsed);
    const [, what, more] = parsed.words.map((word) => word.toLowerCase());
    if (more !== undefined) throw usage(VSSADMIN, 'wrong number of words');
    refuseStrayOptions(parsed, HOST_LISTINGS);
    const target = parsed.value('for');
    const volume = target === undefined ? undefined : volumeOf(target);
    if (what === 'shadows') {
      const { items, lines } = await tools.shadows({ volume, shadow: parsed.value('shadow') });
      for (const line of lines) context.out(line);
      return items.length === 0 ? 1 : 0;
    }
    if (what !== 'shadowstorage' && what !== 'volumes' && what !== 'providers' && what !== 'writers')
      throw usage(VSSADMIN, `vssadmin list ${what ?? ''} is unknown`);
    for (const line of await tools.vssadminList(what, volume)) context.out(line);
    return 0;
  },

  async diskshadow(args, context, tools) {
    const parsed = parseWords(args, DISKSHADOW);
    if (isAskedForHelp(parsed, context)) return 0;
    const told = logged(parsed, context);
    return interpret(parsed, told, new HostShadows(told, tools));
  },
};

/** What Windows can attach; anything else is read here. */
function diskFile(path: string): string {
  if (!path.includes('::') && /\.(vhdx?|vhds|avhdx?)$/i.test(path)) return path;
  throw invalidArgument('MOUNT_VHD_KIND', `Windows attaches files named .vhd or .vhdx, not ${path}`, {
    hint: 'the words read any image when it is named with --image; pitvault serve webdav shows its files',
  });
}

async function showDisk(path: string, context: WordsContext, tools: HostTools): Promise<void> {
  const properties = await tools.describeDisk(path);
  const lines = properties === null ? await describe(path, await tools.diskNumber(path), context) : listed(properties);
  for (const line of lines) context.out(line);
}

function listed(properties: readonly HostProperty[]): string[] {
  return ['', ...properties.map(([name, value]) => `${name.padEnd(23)} : ${value}`.trimEnd()), '', ''];
}

/** A letter or a folder as it is; of anything like a volume's name, the name. */
function volumeOf(target: string): string {
  const letter = parseLetter(target);
  if (letter !== null) return letter;
  if (/^[a-z]:[\\/]/i.test(target)) return target;
  return volumeName(parseVolumeName(target, (name) => `pitvault vssadmin list shadows /for=${name}`));
}

function samePlace(a: string, b: string): boolean {
  const plain = (place: string): string => place.replace(/[\\/]+$/, '').toLowerCase();
  return plain(a) === plain(b);
}
