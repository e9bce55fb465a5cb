/**
 * Goal: the two procedures of the article "Back up the DPM server" run on Linux, command for command, with the prefix.
 * Method: from the first word to files with the right hashes: recovery from a storage pool of images, and from the shadow
 * copies of a replica volume, its diff area on the same or another disk; nothing is left mounted.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fixturesRoot, fixturesTitle, unpackQcow2, unpackSparseTar } from '../support/fixtures.ts';
import { removeFolder, states, truth, unpackSamplePool } from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, title, without } from '../support/tools.ts';

const needs = ['root', '/dev/fuse'];

/** Runs a script in bash with `pitvault` on the path; fails with all it said. */
function bash(script: string, environment: Record<string, string>): string {
  const env = { ...process.env, ...environment, NODE: process.execPath, CLI };
  const full = `set -euo pipefail\npitvault() { "$NODE" "$CLI" "$@"; }\n${script}`;
  const run = spawnSync('bash', ['-c', full], { encoding: 'utf8', env, timeout: 180_000 });
  expect(run.status, `${run.stdout}${run.stderr}`).toBe(0);
  return run.stdout;
}

function nothingMounted(state: string): void {
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(state);
}

function digestsBelow(folder: string): Map<string, string> {
  const digests = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    digests.set(name.split('/').at(-1)!, createHash('sha256').update(readFileSync(path)).digest('hex'));
  }
  return digests;
}

describe.skipIf(without(...needs))(title("the article's procedures", ...needs), () => {
  it('letters taken at once by several shells are all remembered, one of them once; a state folder behind a link will do', async () => {
    const pool = await unpackSamplePool();
    onTestFinished(() => removeFolder(pool));
    const { replicaId } = truth.dpmdb;
    const live = states.find((state) => state.replicaId === replicaId && state.kind === 'replica')!;
    const home = tempFolder();
    bash(
      `mkdir "$HOME_OF/real" "$HOME_OF/folder"
ln -s real "$HOME_OF/link"
pitvault mount-vhd "$DISK"
for letter in M N O P; do pitvault mountvol $letter: '{${replicaId}}' & pids="\${pids:-} $!"; done
for pid in $pids; do wait $pid; done
[ "$(pitvault mountvol | grep -cE '^ {8}[MNOP]:')" = 4 ]
won=0; pids=
for shell in 1 2 3; do pitvault mountvol Q: '{${replicaId}}' 2>/dev/null & pids="$pids $!"; done
for pid in $pids; do if wait $pid; then won=$((won + 1)); fi; done
[ $won = 1 ]
ln -s folder "$HOME_OF/other"
pitvault mountvol "$HOME_OF/other" '{${replicaId}}'
pitvault mountvol "$HOME_OF/folder" /L
pitvault mountvol M: /D
pitvault dismount-vhd "$DISK"
[ -z "$(pitvault mounts)" ]`,
      { DISK: join(pool, live.path), HOME_OF: home, PITVAULT_STATE: join(home, 'link') },
    );
    nothingMounted(home);
  });

  it("the article's own spelling, one state beside another of the same GUID, and what is shown of an image that is not attached", async () => {
    const pool = await unpackSamplePool();
    onTestFinished(() => removeFolder(pool));
    const { replicaId } = truth.dpmdb;
    const [live, point] = ['replica', 'point'].map(
      (kind) => states.find((one) => one.replicaId === replicaId && one.kind === kind && one.condition === 'sound')!,
    );
    const home = tempFolder();
    const said = bash(
      `pitvault Mount-VHD "$LIVE"; pitvault mount-vhd "$POINT" -ReadOnly
pitvault Mountvol X: \\\\?\\Volume{${replicaId}}\\

pitvault mountvol.exe Y: '\\\\?\\Volume{${replicaId}}\\' --image "$LIVE"
pitvault MOUNTVOL; pitvault Vssadmin list volumes | tail -n +1
pitvault mountvol Y: /D; pitvault Dismount-VHD "$LIVE"
pitvault mountvol Z: {${replicaId}} --image "$LIVE"; echo orphan; pitvault mountvol
pitvault mountvol Z: /D; pitvault dismount-vhd "$POINT"`,
      { LIVE: join(pool, live!.path), POINT: join(pool, point!.path), PITVAULT_STATE: home },
    );
    const letters = (text: string): string[] =>
      text.match(/^ {8}[A-Z]:\\$|^Volume path: .*$/gm)!.map((line) => line.trim());
    const [first, second] = said.split('orphan');
    // The disk attached last comes first, and each line has the letter of its own volume.
    expect(letters(first!)).toEqual(['X:\\', 'Y:\\', 'Volume path: X:\\', 'Volume path: Y:\\']);
    expect(letters(second!)).toEqual(['X:\\', 'Z:\\']);
    nothingMounted(home);
  });

  it('a letter whose server was killed is told, and free again at the next word', async () => {
    const pool = await unpackSamplePool();
    onTestFinished(() => removeFolder(pool));
    const { replicaId } = truth.dpmdb;
    const live = states.find((one) => one.replicaId === replicaId && one.kind === 'replica')!;
    const home = tempFolder();
    const said = bash(
      `pitvault mount-vhd "$LIVE"; pitvault mountvol X: {${replicaId}}
kill -9 "$(pitvault mounts | sed -n 's/.*process \\([0-9]*\\).*/\\1/p')"; sleep 0.2
pitvault mountvol 2>&1; pitvault mountvol X: {${replicaId}}; ls "$PITVAULT_STATE/words/drives/X"
pitvault dismount-vhd "$LIVE"`,
      { LIVE: join(pool, live.path), PITVAULT_STATE: home },
    );
    expect(said).toMatch(/cleaned away what was left of the mount on .*X\n[\s\S]*NO MOUNT POINTS[\s\S]*checkpoint/);
    nothingMounted(home);
  });

  it('storage pool: mount-vhd, mountvol, copy, dismount-vhd', async () => {
    const pool = await unpackSamplePool();
    onTestFinished(() => removeFolder(pool));
    const { server, replicaId } = truth.dpmdb;
    const point = states.find(
      (state) => state.replicaId === replicaId && state.kind === 'point' && state.condition === 'sound',
    )!;
    const state = tempFolder();
    const out = tempFolder();
    const point0 = dirname(join(pool, point.path));
    expect(point0).toContain(server);
    bash(
      `cd "$POINT"
pitvault mount-vhd disk0.vhdx
pitvault mountvol X: '\\\\?\\Volume{${replicaId}}\\'
X=$PITVAULT_STATE/words/drives/X
cp "$X"/*/Full/*-Vol/*/*/*/*/* "$OUT"
pitvault mountvol X: /D
pitvault dismount-vhd disk0.vhdx`,
      { POINT: point0, OUT: out, PITVAULT_STATE: state },
    );
    const copied = digestsBelow(out);
    const wanted = point.files.filter(({ path }) => /DPMDB.*\.(mdf|ldf)$/.test(path));
    expect(wanted.length).toBeGreaterThan(1);
    for (const file of wanted) expect(copied.get(file.path.split('/').at(-1)!), file.path).toBe(file.sha256);
    nothingMounted(state);
  });

  it('a replica and its point, of one GUID, are both at letters at once; dismount-vhd takes both back', async () => {
    const pool = await unpackSamplePool();
    onTestFinished(() => removeFolder(pool));
    const { replicaId } = truth.dpmdb;
    const [first, second] = states.filter((state) => state.replicaId === replicaId && state.condition === 'sound');
    const state = tempFolder();
    const listing = bash(
      `pitvault mount-vhd "$A"
pitvault mountvol X: '\\?\\Volume{${replicaId}} '
pitvault mount-vhd "$B"
pitvault mountvol Y: {${replicaId}}
diff -rq "$PITVAULT_STATE/words/drives/X" "$PITVAULT_STATE/words/drives/Y" && exit 1
pitvault mountvol
pitvault dismount-vhd "$A"
pitvault dismount-vhd "$B"`,
      { A: join(pool, first!.path), B: join(pool, second!.path), PITVAULT_STATE: state },
    );
    expect(listing).toMatch(/\}\\\n\s+Y:\\\n\n.*\}\\\n\s+X:\\/); // each beside its own volume
    nothingMounted(state);
  });

  it.skipIf(fixturesRoot() === null)(fixturesTitle('legacy storage: list shadows, expose, copy, unexpose'), () => {
    const state = tempFolder();
    const out = tempFolder();
    const listed = bash(
      `pitvault mount-vhd "$VOLUME"
pitvault vssadmin list shadows | tee "$OUT/list.txt"
ID=$(sed -n 's/.*Shadow Copy ID: //p' "$OUT/list.txt" | head -n 1)
printf 'expose %s X:\\r\\nexit\\r\\n' "$ID" > "$OUT/expose.dsh"
pitvault diskshadow -s "$OUT/expose.dsh"
cp "$PITVAULT_STATE/words/drives/X/syslog" "$OUT"
printf 'unexpose X:\\nexit\\n' | pitvault diskshadow
pitvault dismount-vhd "$VOLUME"`,
      { VOLUME: unpackQcow2('vss/plaso/vsstest.qcow2'), OUT: out, PITVAULT_STATE: state },
    );
    expect(listed).toContain('The shadow copy was successfully exposed as X:\\.');
    expect(listed).toContain('Shadow copy ID {4e3c03c2-7bc6-4288-ad96-c1eac1a55f71} is no longer exposed.');
    expect(digestsBelow(out).get('syslog')).toBe('0420b023f8dc1b71ff25191ce4ce88d10028f99f99f7c21532611f4c273aeae9');
    nothingMounted(state);
  });

  it.skipIf(fixturesRoot() === null)(
    fixturesTitle('legacy storage whose diff area is on another attached disk'),
    () => {
      const [volume, diffArea] = [
        unpackSparseTar('vss/dfir_ntfs/vss_1_vol.tar.gz'),
        unpackSparseTar('vss/dfir_ntfs/vss_2_stor.tar.gz'),
      ];
      const state = tempFolder();
      const out = tempFolder();
      const listed = bash(
        `pitvault mount-vhd "$VOLUME"
pitvault vssadmin list shadows 2>&1 | tee "$OUT/early.txt" | sed 's/Shadow Copy ID/Early ID/'
pitvault mount-vhd "$AREA"
printf 'expose %s X:\\nunexpose X:\\n' "$(sed -n 's/.*Shadow Copy ID: //p' "$OUT/early.txt" | head -n 1)" | pitvault diskshadow
pitvault vssadmin list shadows | tee "$OUT/list.txt"
pitvault vssadmin list shadowstorage
N=0
for ID in $(sed -n 's/.*Shadow Copy ID: //p' "$OUT/list.txt"); do
  N=$((N + 1))
  printf 'expose %s X:\\r\\nexit\\r\\n' "$ID" | pitvault diskshadow
  mkdir "$OUT/$N"
  find "$PITVAULT_STATE/words/drives/X" -maxdepth 1 -type f -exec cp {} "$OUT/$N" ';'
  printf 'unexpose X:\\nexit\\n' | pitvault diskshadow
done
pitvault dismount-vhd "$AREA"
pitvault dismount-vhd "$VOLUME"`,
        { VOLUME: volume, AREA: diffArea, OUT: out, PITVAULT_STATE: state },
      );
      nothingMounted(state);
      // What was noted before the disk with the diff area was attached is the id of a store: told so, and understood.
      expect(listed).toMatch(/\{bbaa765b-\S+\} is the id of a store, not of a shadow copy: .*pitvault mount-vhd IMAGE/);
      expect(listed).toContain('{742560d9-b308-4797-b3c1-f9901d4b3663} is no longer exposed');
      expect(listed.match(/Used Shadow Copy Storage space: \S+/g)).toEqual(
        ['320.00', '320.88'].map((size) => expect.stringContaining(size)),
      );
      // Of the volume with its diff area elsewhere two copies, of the other volume its own.
      expect(listed.match(/Shadow Copy ID: /g)).toHaveLength(3);
      const associations = [...listed.matchAll(/For volume: (\S+)\s+Shadow Copy Storage volume: (\S+)/g)];
      expect(associations.map(([, of, on]) => of === on).sort()).toEqual([false, true]);
      const digests = [1, 2, 3].map((copy) => digestsBelow(join(out, String(copy))));
      let compared = 0;
      for (const [name, stores] of [
        ['vss_1_vol+vss_2_stor', [1, 2]],
        ['vss_2_stor', [1]],
      ] as const) {
        for (const store of stores) {
          const wanted = rootFiles(`${name}.store${store}`);
          const found = digests.some((copy) => wanted.every(([path, sha256]) => copy.get(path) === sha256));
          expect(found, `${name}, store ${store}`).toBe(true);
          compared += wanted.length;
        }
      }
      expect(compared).toBeGreaterThan(2);
    },
  );
});

/** Files in the root of a store, by the recorded truth: name and hash. */
function rootFiles(store: string): [string, string][] {
  const path = join(fixturesRoot()!, `truth/vss/${store}.dfir_ntfs.files-sha256.txt.gz`);
  return gunzipSync(readFileSync(path))
    .toString('utf8')
    .split('\n')
    .map((line) => /^([0-9a-f]{64})\s+\d+\s+\d+\s+\/([^/:$]+)$/.exec(line))
    .flatMap((match) => (match === null ? [] : [[match[2]!, match[1]!] as [string, string]]));
}
