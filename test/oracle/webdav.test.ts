/**
 * Goal: other people's WebDAV clients get exactly the files. Method: rclone copies a point out of the sample pool, cadaver
 * lists and fetches; both against the built command line.
 */

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestTree, SAMPLE_ZIP, states } from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, run, title, without } from '../support/tools.ts';

type Served = { readonly url: string; readonly user: string; readonly password: string };

/** Starts the server and reads what it announces. */
async function serve(...args: string[]): Promise<Served> {
  const server = spawn(process.execPath, [CLI, 'serve', 'webdav', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void server.kill('SIGTERM'));
  let text = '';
  for await (const part of server.stdout.setEncoding('utf8')) {
    text += part;
    if (text.includes('}')) break;
  }
  return JSON.parse(text) as Served;
}

const REPLICA = '850b95be-b942-4351-83bd-0a1815a936b2';
const LIVE = states.find((state) => state.replicaId === REPLICA && state.kind === 'replica')!;

describe.skipIf(without('rclone', 'cadaver'))(title('webdav', 'rclone', 'cadaver'), () => {
  it('rclone copies a point, each file with its hash', async () => {
    const { url, user, password } = await serve(SAMPLE_ZIP);
    const folder = tempFolder();
    const config = join(folder, 'rclone.conf');
    expect(password).toMatch(/^[0-9a-f]{24}$/); // nothing that a program takes for an option
    const secret = run('rclone', 'obscure', password).trim();
    writeFileSync(config, `[p]\ntype = webdav\nurl = ${url}\nvendor = other\nuser = ${user}\npass = ${secret}\n`);
    const out = join(folder, 'out');
    run('rclone', '--config', config, 'copy', `p:dpm01.contoso.com/${REPLICA}/live`, out);
    const copied = digestTree(out);
    for (const file of LIVE.files) expect(copied.get(file.path.slice(1)), file.path).toBe(file.sha256);
  });

  it('cadaver lists and fetches; it can change nothing', async () => {
    const { url, user, password } = await serve(SAMPLE_ZIP, '--replica', REPLICA, '--latest');
    const home = tempFolder();
    writeFileSync(join(home, '.netrc'), `machine 127.0.0.1\nlogin ${user}\npassword ${password}\n`, { mode: 0o600 });
    mkdirSync(join(home, 'local'));
    const name = LIVE.files.find(({ path }) => path.endsWith('checkpoint'))!;
    const script = `ls\nget "${name.path.slice(1)}" got\nmkcol new\nquit\n`;
    const cadaver = spawnSync('cadaver', [url], {
      input: script,
      encoding: 'utf8',
      cwd: join(home, 'local'),
      env: { ...process.env, HOME: home },
    });
    expect(cadaver.stdout).toMatch(/checkpoint/);
    expect(readFileSync(join(home, 'local', 'got')).length).toBe(name.size);
    expect(cadaver.stdout).toMatch(/Creating `new'.*failed/s);
  });
});
