/** Runs in Windows' Node: calls each function of the shim once, below the folder that it is given, and prints what they said. */

import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , dist, folder] = process.argv;
const { loadHostFiles } = await import(pathToFileURL(join(dist, 'native-shims', 'load.js')).href);
const host = await loadHostFiles();
const at = (name) => join(folder, name);
const attempt = (work) => {
  try {
    return work();
  } catch (error) {
    return { kind: error.kind, code: error.code };
  }
};
const open = (name, flags) => ({ fd: openSync(at(name), flags), path: at(name) });

writeFileSync(at('source'), Buffer.alloc(3 * 65536, 7));
writeFileSync(at('there'), 'somebody else');
const source = open('source', 'r+');
const target = open('target', 'w+');
ftruncateSync(target.fd, 3 * 65536);
writeSync(target.fd, Buffer.alloc(4096, 1), 0, 4096, 65536);
const [one, two] = [open('lock', 'a+'), open('lock', 'a+')];
const gone = { fd: openSync(at('gone'), 'w+'), path: at('gone') };
closeSync(gone.fd);

const said = {
  platform: process.platform,
  name: host.name,
  reason: host.reason,
  cloneFile: attempt(() => host.cloneFile(source.path, at('clone'))),
  cloneLeft: existsSync(at('clone')),
  cloneOver: attempt(() => host.cloneFile(source.path, at('there'))),
  thereStill: readFileSync(at('there'), 'utf8'),
  cloneRange: attempt(() => host.cloneRange(source, 0, 65536, target, 65536)),
  physicalExtents: attempt(() => host.physicalExtents(source, 0, 65536)),
  dataRanges: attempt(() => {
    const ranges = host.dataRanges(source, 0, 3 * 65536);
    return ranges === null ? null : [...ranges];
  }),
  noRanges: attempt(() => [...host.dataRanges(source, 5, 5)]),
  punchHole: attempt(() => host.punchHole(source, 0, 65536)),
  stillThere: readFileSync(at('source')).equals(Buffer.alloc(3 * 65536, 7)),
  lock: attempt(() => host.lock(one, 'exclusive')),
  lockAgain: attempt(() => host.lock(two, 'exclusive')),
  lockShared: attempt(() => host.lock(two, 'shared')),
  closedLock: attempt(() => host.lock(gone, 'exclusive')),
  closedRanges: attempt(() => host.dataRanges(gone, 0, 1)),
  closedPunch: attempt(() => host.punchHole(gone, 0, 1)),
  fileSystemName: attempt(() => host.fileSystemName(folder)),
  noFileSystem: attempt(() => host.fileSystemName('Q:\\nowhere')),
};
closeSync(one.fd);
said.lockAfterClose = attempt(() => host.lock(two, 'exclusive'));
console.log(JSON.stringify(said));
