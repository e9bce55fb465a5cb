/** `pitvault hash IMAGE [PATH]` */

import { CopyEngine, hashMap } from '../../copy/copy-engine.ts';
import { fileMissing, type Image } from '../../image/image.ts';
import { splitStream } from '../../image/path.ts';
import type { AddressMap } from '../../map/address-map.ts';
import { chosenVolume, namedVolume } from '../choose-volume.ts';
import type { CommandCall, OptionValues } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { openNamed } from '../open-source.ts';
import { json, line } from '../output.ts';

export async function run(call: CommandCall): Promise<number> {
  const { words, options, json: asJson, signal, progress } = call;
  await using image = await openNamed(call, words[0]!);
  const { map, what } = choose(image, words[1], options);
  await using engine = new CopyEngine();
  let done = 0;
  const { sha256 } = await hashMap(engine, map, {
    signal,
    onBytes: (bytes) => progress.update((done += bytes), map.size, what),
  });
  progress.end();
  if (asJson) json({ image: image.name, what, size: map.size, sha256 });
  else line(`${sha256}  ${what}`);
  return ExitCode.ok;
}

function choose(image: Image, path: string | undefined, options: OptionValues): { map: AddressMap; what: string } {
  if (path !== undefined) {
    const fileSystem = chosenVolume(image, options).requireFileSystem();
    const { file, stream } = splitStream(path);
    const entry = fileSystem.lookup(file);
    if (entry === null) throw fileMissing(image.name, file);
    return { map: fileSystem.open(entry, stream), what: path };
  }
  const volume = namedVolume(image, options);
  if (volume !== null) return { map: volume.map, what: `volume ${volume.number} of ${volume.name}` };
  return { map: image.disk, what: `virtual disk of ${image.name}` };
}
