/**
 * Disks and shadow copies through Windows' own tools. What an action did is found by listing the state again: exit codes
 * and sentences of these tools cannot be relied on. Whoever exposes holds a lease, which ends also when the work fails.
 */

import * as commands from './commands.ts';
import { ToolError, type ToolRunner } from './run-tool.ts';
import {
  type MountvolVolume,
  parseDiskshadowShadows,
  parseMountvol,
  parseVssadminShadows,
  type TranscriptShadow,
} from './transcripts.ts';

export class WindowsMounts {
  readonly #run: ToolRunner;

  constructor(run: ToolRunner) {
    this.#run = run;
  }

  async volumes(): Promise<MountvolVolume[]> {
    return parseMountvol((await this.#run(commands.mountvolList())).out);
  }

  async shadows(volume?: string): Promise<TranscriptShadow[]> {
    const command = commands.vssadminShadows(volume);
    const { out, err } = await this.#run(command);
    const shadows = parseVssadminShadows(out);
    // Nothing found is one line; the same without any line in braces is what a refusal looks like, in every language.
    if (shadows.length === 0 && /elevated|0x8|permission/i.test(out + err))
      throw new ToolError(command, firstLine(err || out));
    return shadows;
  }

  /** Attaches a disk read-only while `work` runs. */
  async withDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
    const attach = commands.mountVhd(path);
    const { out, err } = await this.#run(attach);
    if (!(await this.#isAttached(path)))
      throw new ToolError(attach, firstLine(err || out) || 'the disk is not attached');
    return this.#leased(work, async () => {
      const detach = commands.dismountVhd(path);
      const done = await this.#run(detach);
      if (await this.#isAttached(path))
        throw new ToolError(detach, firstLine(done.err || done.out) || 'the disk is still attached');
    });
  }

  /** Shows a volume at a free letter while `work` runs. */
  async withVolume<T>(volume: string, work: (letter: string) => Promise<T>): Promise<T> {
    const letter = freeLetter(await this.volumes());
    const set = commands.mountvolSet(letter, volume);
    const { out, err } = await this.#run(set);
    if (!(await this.#isMounted(letter))) throw new ToolError(set, firstLine(err || out) || 'nothing is mounted there');
    return this.#leased(
      () => work(letter),
      async () => {
        await this.#run(commands.mountvolRemove(letter));
        if (await this.#isMounted(letter)) throw new ToolError(set, `${letter} is still mounted`);
      },
    );
  }

  /** Exposes a shadow copy at a free letter while `work` runs. */
  async withShadow<T>(id: string, work: (letter: string) => Promise<T>): Promise<T> {
    const letter = freeLetter(await this.volumes());
    const expose = commands.exposeShadow(id, letter);
    const { out, err } = await this.#run(expose);
    if ((await this.#exposedAt(id)) === null)
      throw new ToolError(expose, failure(out) ?? firstLine(err) ?? 'not exposed');
    return this.#leased(
      () => work(letter),
      async () => {
        const unexpose = commands.unexposeShadow(letter);
        const done = await this.#run(unexpose);
        if ((await this.#exposedAt(id)) !== null)
          throw new ToolError(unexpose, failure(done.out) ?? 'it is still exposed');
      },
    );
  }

  /** Shadow copies that are exposed: at the start of a run, what an earlier one left behind. */
  async dangling(): Promise<{ readonly id: string; readonly at: string }[]> {
    const { out } = await this.#run(commands.diskshadowScript('list shadows all'));
    return parseDiskshadowShadows(out).flatMap(({ id, exposed }) => (exposed === null ? [] : [{ id, at: exposed }]));
  }

  async #exposedAt(id: string): Promise<string | null> {
    const plain = id.replace(/[{}]/g, '').toLowerCase();
    return (await this.dangling()).find((shadow) => shadow.id.toLowerCase().includes(plain))?.at ?? null;
  }

  async #isAttached(path: string): Promise<boolean> {
    return /^\s*true\s*$/i.test((await this.#run(commands.isAttached(path))).out);
  }

  async #isMounted(letter: string): Promise<boolean> {
    const at = `${letter}\\`.toLowerCase();
    return (await this.volumes()).some(({ mountPoints }) => mountPoints.some((point) => point.toLowerCase() === at));
  }

  /** Gives back also when the work fails; then the work's error counts, and the other is its companion. */
  async #leased<T>(work: () => Promise<T>, giveBack: () => Promise<void>): Promise<T> {
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await giveBack().catch((second: unknown) => {
        throw new AggregateError([error, second], `${(error as Error).message}; and ${(second as Error).message}`);
      });
      throw error;
    }
    await giveBack();
    return result;
  }
}

/** The last letter that no volume has: low ones are handed out to disks that appear. */
export function freeLetter(volumes: readonly MountvolVolume[]): string {
  const used = new Set(
    volumes.flatMap(({ mountPoints }) => mountPoints.map((point) => point.slice(0, 2).toUpperCase())),
  );
  for (const letter of 'ZYXWVUTSRQPONMLKJIHGFED') if (!used.has(`${letter}:`)) return `${letter}:`;
  throw new Error('all drive letters are in use');
}

/** diskshadow's way to say that the last line failed: an HRESULT is in it, in every language. */
function failure(out: string): string | null {
  const result = /HRESULT:\s*(?<code>[0-9a-f]{8})/i.exec(out)?.groups?.['code'];
  const text = /\bVSS_E_\w+/.exec(out)?.[0];
  return result === undefined ? null : `HRESULT ${result}${text === undefined ? '' : ` (${text})`}`;
}

function firstLine(text: string): string {
  return (
    text
      .split(/\r?\n/)
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}
