/**
 * Disks, volumes and shadow copies through Windows' own tools: the words' port. What an action did is found by listing the
 * state again: exit codes and sentences of these tools cannot be relied on. Whoever exposes for a while holds a lease,
 * which ends also when the work fails.
 */

import { asStorageError, StorageError } from '../../src/errors.ts';
import type {
  HostExposure,
  HostListing,
  HostProperty,
  HostShadow,
  HostTools,
  HostVolume,
  ShadowFilter,
} from '../../src/words/host-tools.ts';
import * as commands from './commands.ts';
import { ToolError, type ToolResult, type ToolRunner } from './run-tool.ts';
import {
  dateOrderOf,
  isUnclear,
  parseCimTimes,
  parseDiskshadowShadows,
  parseMountvol,
  parseProperties,
  parseTime,
  parseVssadminShadows,
  withoutBanner,
} from './transcripts.ts';

/** Lines of diskshadow that it prints before it has done anything: its name, where and when it runs, what it was told. */
const NO_ANSWER = /^(?:.*diskshadow.*|On computer:.*|->.*|\s*)$/i;

export class WindowsMounts implements HostTools {
  readonly #run: ToolRunner;

  constructor(run: ToolRunner) {
    this.#run = run;
  }

  // --- disks ------------------------------------------------------------------------------------------------------

  async attach(path: string): Promise<void> {
    const command = commands.mountVhd(path);
    // Whoever attached it before still needs it, and must not lose it to our detaching.
    if ((await this.#attachedAs(path)) !== false)
      throw new ToolError(command, `${path} is attached already`, 'conflict');
    const undo = commands.dismountVhd(path);
    const said = await this.#orUndo(undo, () => this.#run(command));
    const attached = await this.#orUndo(undo, () => this.#attachedAs(path));
    if (attached === false) throw new ToolError(command, saying(said) || 'the disk is not attached');
  }

  async detach(path: string): Promise<void> {
    if ((await this.#attachedAs(path)) === false)
      throw new ToolError(commands.dismountVhd(path), `${path} is not attached`, 'not-found');
    await this.#detach(path);
  }

  async #detach(path: string): Promise<void> {
    const command = commands.dismountVhd(path);
    const said = await this.#run(command);
    if ((await this.#attachedAs(path)) !== false)
      throw new ToolError(command, saying(said) || 'the disk is still attached');
  }

  async diskNumber(path: string): Promise<number | null> {
    const number = await this.#attachedAs(path);
    return number === false ? null : number;
  }

  async diskPath(number: number): Promise<string | null> {
    const path = (await this.#run(commands.diskPath(number))).out.trim();
    return path === '' ? null : path;
  }

  /** False: not attached. Null: attached, under no number. An answer that says neither is no answer. */
  async #attachedAs(path: string): Promise<number | null | false> {
    const command = commands.isAttached(path);
    const said = await this.#run(command);
    const match = /^\s*(true|false)\b[^\S\n]*(\d+)?\s*$/i.exec(said.out);
    if (match === null) throw new ToolError(command, saying(said) || `whether ${path} is attached is not told`);
    if (match[1]!.toLowerCase() === 'false') return false;
    return match[2] === undefined ? null : Number(match[2]);
  }

  async describeDisk(path: string): Promise<readonly HostProperty[] | null> {
    const command = commands.getVhd(path);
    const said = await this.#run(command);
    if (said.out.trim() === commands.NO_HYPER_V) return null;
    if (said.out.trim() === '') throw new ToolError(command, saying(said) || 'it says nothing');
    return parseProperties(said.out);
  }

  async testDisk(path: string): Promise<boolean | null> {
    const command = commands.testVhd(path);
    const said = await this.#run(command);
    const answer = said.out.trim().toLowerCase();
    if (answer === commands.NO_HYPER_V) return null;
    if (answer === 'true' || answer === 'false') return answer === 'true';
    throw new ToolError(command, saying(said) || 'it says neither True nor False');
  }

  // --- volumes ----------------------------------------------------------------------------------------------------

  async volumes(): Promise<HostListing<HostVolume>> {
    const command = commands.mountvolList();
    const said = await this.#run(command);
    const items = parseMountvol(said.out);
    // Windows itself lies on one: a list without any is none.
    if (items.length === 0) throw new ToolError(command, saying(said) || 'it lists no volume');
    return { items, lines: withoutBanner(said.out) };
  }

  async assign(place: string, volume: string): Promise<void> {
    const command = commands.mountvolSet(place, volume);
    const before = await this.#volumeAt(place);
    if (before !== null) throw new ToolError(command, `${place} is in use: it shows ${before}`, 'conflict');
    const undo = commands.mountvolRemove(place);
    const said = await this.#orUndo(undo, () => this.#run(command));
    const shown = await this.#orUndo(undo, () => this.#volumeAt(place));
    if (shown === null) throw new ToolError(command, saying(said) || 'nothing is mounted there');
    if (shown.toLowerCase() !== volume.toLowerCase()) throw new ToolError(command, `${place} shows ${shown}`);
  }

  async release(place: string): Promise<void> {
    const command = commands.mountvolRemove(place);
    const said = await this.#run(command);
    if ((await this.#volumeAt(place)) !== null)
      throw new ToolError(command, saying(said) || `${place} is still mounted`);
  }

  async #volumeAt(place: string): Promise<string | null> {
    const at = plainPlace(place);
    const { items } = await this.volumes();
    return items.find(({ mountPoints }) => mountPoints.some((point) => plainPlace(point) === at))?.name ?? null;
  }

  // --- shadow copies ----------------------------------------------------------------------------------------------

  async shadows({ volume, shadow, withTimes = false }: ShadowFilter): Promise<HostListing<HostShadow>> {
    const command = commands.vssadminShadows(volume, shadow);
    const said = await this.#run(command);
    const found = parseVssadminShadows(said.out);
    const lines = withoutBanner(said.out);
    // Nothing found is a sentence; a refusal is "Error: ...", or stands elsewhere. A colon it has in every language.
    if (found.length === 0 && /^$|[:\uff1a]/.test(lines[0] ?? ''))
      throw new ToolError(command, saying({ ...said, out: lines.join('\n') }) || 'it says nothing');
    const order = dateOrderOf(found.map(({ created }) => created));
    const isSure = found.every(({ created }) => !isUnclear(created, order));
    const times = isSure || !withTimes ? null : await this.#createdTimes();
    const items = found.map((one) => ({
      ...one,
      createdLocal: times?.get(plainId(one.id)) ?? parseTime(one.created, order)?.iso ?? null,
    }));
    return { items, lines };
  }

  /** Local times of creation by id, as CIM has them, in no language; null where it does not answer. */
  async #createdTimes(): Promise<ReadonlyMap<string, string> | null> {
    let out: string;
    try {
      ({ out } = await this.#run(commands.cimShadows()));
    } catch (error) {
      if (error instanceof ToolError) return null;
      throw error;
    }
    return parseCimTimes(out);
  }

  async vssadminList(what: string, volume?: string): Promise<readonly string[]> {
    const command = commands.vssadminList(what, volume);
    const said = await this.#run(command);
    const lines = withoutBanner(said.out);
    if (lines.length === 0) throw new ToolError(command, saying(said) || 'it says nothing');
    return lines;
  }

  async diskshadow(script: readonly string[]): Promise<readonly string[]> {
    const command = commands.diskshadowScript(...script);
    const said = await this.#run(command);
    const failed = failure(said.out);
    if (failed !== null) throw new ToolError(command, failed);
    if (said.code !== 0) throw new ToolError(command, saying(said) || `it ended with ${said.code}`);
    return withoutBanner(said.out);
  }

  async expose(shadowId: string, place: string): Promise<void> {
    const command = commands.exposeShadow(shadowId, place);
    const undo = commands.unexposeShadow(place);
    const { out, err } = await this.#orUndo(undo, () => this.#run(command));
    const at = await this.#orUndo(undo, () => this.#exposedAt(shadowId));
    if (at === null) throw new ToolError(command, failure(out) ?? (firstLine(err) || 'not exposed'));
    if (plainPlace(at) !== plainPlace(place))
      throw new ToolError(command, `it is exposed at ${at} already`, 'conflict');
  }

  async unexpose(place: string): Promise<void> {
    const command = commands.unexposeShadow(place);
    const { out } = await this.#run(command);
    const plain = plainPlace(place);
    const left = (await this.exposed()).some(
      ({ id, at }) => plainPlace(at) === plain || plainId(id) === plainId(place),
    );
    if (left) throw new ToolError(command, failure(out) ?? 'it is still exposed');
  }

  async exposed(): Promise<readonly HostExposure[]> {
    const command = commands.diskshadowScript('list shadows all');
    const said = await this.#run(command);
    const { out } = said;
    const failed = failure(out);
    if (failed !== null) throw new ToolError(command, failed);
    // A list of none is a sentence in the language of the machine, below the name of the tool, which is the same in all.
    const isList = /diskshadow/i.test(out) && withoutBanner(out).some((line) => !NO_ANSWER.test(line));
    if (!isList) throw new ToolError(command, saying(said) || 'it says nothing');
    return parseDiskshadowShadows(out).flatMap(({ id, exposed }) => (exposed === null ? [] : [{ id, at: exposed }]));
  }

  async #exposedAt(id: string): Promise<string | null> {
    return (await this.exposed()).find((shadow) => plainId(shadow.id) === plainId(id))?.at ?? null;
  }

  async copyTree(source: string, target: string, names: readonly string[], signal?: AbortSignal): Promise<void> {
    const command = commands.robocopy(source, target, names);
    const said = await this.#run(command, signal);
    if (said.code < 0 || said.code >= 8)
      throw new ToolError(command, robocopyReason(said.out) || saying(said) || `it ended with ${said.code}`);
  }

  async #freeLetter(exposed: readonly HostExposure[]): Promise<string> {
    const { items } = await this.volumes();
    return freeLetter(items, [...exposed.map(({ at }) => at), ...(await this.#drives())]);
  }

  /** Letters of network drives and of SUBST too, which stand in no list of volumes. Unknown, they cost no more than a failed try. */
  async #drives(): Promise<readonly string[]> {
    try {
      const { out } = await this.#run(commands.drives());
      return out.split(/\s+/).filter((name) => /^[a-z]:\\$/i.test(name));
    } catch (error) {
      if (error instanceof ToolError) return [];
      throw error;
    }
  }

  /** Where it cannot be seen whether an action was done (no answer in time, or none that can be read), it is taken back. */
  async #orUndo<T>(undo: commands.ToolCommand, look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      if (StorageError.is(error) && error.kind === 'unsupported') throw error; // there is no such tool here
      await this.#run(undo).catch((second: unknown) => {
        throw both(error, second);
      });
      throw error;
    }
  }

  // --- leases -----------------------------------------------------------------------------------------------------

  /** Attaches a disk read-only while `work` runs. */
  async withDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
    await this.attach(path);
    return leased(work, () => this.#detach(path));
  }

  /** Shows a volume at a free letter while `work` runs. */
  async withVolume<T>(volume: string, work: (letter: string) => Promise<T>): Promise<T> {
    const letter = await this.#freeLetter([]);
    await this.assign(letter, volume);
    return leased(
      () => work(letter),
      () => this.release(letter),
    );
  }

  async withShadow<T>(shadowId: string, work: (letter: string) => Promise<T>): Promise<T> {
    // What is exposed stands in no list of volumes either: one that an earlier run left behind has its letter still.
    const exposed = await this.exposed();
    // It can be exposed once only. Where an interrupted run, or somebody, has done that, it is read there, and left to them.
    const there = exposed.find(({ id, at }) => plainId(id) === plainId(shadowId) && /^[a-z]:/i.test(at));
    if (there !== undefined) return work(there.at.replace(/[\\/]+$/, ''));
    const letter = await this.#freeLetter(exposed);
    await this.expose(shadowId, letter);
    return leased(
      () => work(letter),
      () => this.unexpose(letter),
    );
  }
}

/** Gives back also when the work fails; then the work's error counts, and the other is its companion. */
async function leased<T>(work: () => Promise<T>, giveBack: () => Promise<void>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await giveBack().catch((second: unknown) => {
      throw both(error, second);
    });
    throw error;
  }
  await giveBack();
  return result;
}

/** The first error, and what kept it from being tidied up: that is what there is to do now. */
function both(first: unknown, second: unknown): StorageError {
  const [error, other] = [asStorageError(first), asStorageError(second)];
  const details = { ...error.at, hint: other.hint ?? error.hint, cause: first };
  return new StorageError(error.kind, error.code, `${error.message}; and ${other.message}`, details);
}

/** The last letter that nothing has: low ones are handed out to disks that appear. */
export function freeLetter(volumes: readonly HostVolume[], others: readonly string[] = []): string {
  const places = [...volumes.flatMap(({ mountPoints }) => mountPoints), ...others];
  const used = new Set(places.map((place) => place.slice(0, 2).toUpperCase()));
  for (const letter of 'ZYXWVUTSRQPONMLKJIHGFED') if (!used.has(`${letter}:`)) return `${letter}:`;
  throw new StorageError('conflict', 'WINDOWS_NO_LETTER', 'all drive letters are in use', {
    hint: 'free one: mountvol X: /D, or net use X: /delete',
  });
}

/** `X:` and `x:\`, `C:\mnt` and `C:\MNT\` are one place. */
function plainPlace(place: string): string {
  return place.replace(/[\\/]+$/, '').toLowerCase();
}

function plainId(id: string): string {
  return id.replace(/[{}]/g, '').toLowerCase();
}

/** diskshadow's way to say that the last line failed: an HRESULT is in it, in every language. */
function failure(out: string): string | null {
  const result = /HRESULT:\s*(?<code>[0-9a-f]{8})/i.exec(out)?.groups?.['code'];
  const text = /\bVSS_E_\w+/.exec(out)?.[0];
  return result === undefined ? null : `HRESULT ${result}${text === undefined ? '' : ` (${text})`}`;
}

/**
 * What robocopy ends for: its error's line, known by the number in it in every language, and the reason in the next one; or a
 * refusal, in capitals. Above them stand a line of dashes and what it was told.
 */
function robocopyReason(out: string): string {
  const lines = out.split(/\r?\n/).map((line) => line.trim());
  const at = lines.findIndex((line) => /\(0x[0-9a-f]{8}\)/i.test(line));
  if (at >= 0) return `${lines[at]}: ${lines[at + 1] ?? ''}`.replace(/: $/, '');
  const refusal = lines.find((line) => /^\p{Lu}{4,}\s*:(?!:)/u.test(line));
  return refusal ?? lines.findLast((line) => /[^-\s]/.test(line)) ?? '';
}

function saying({ out, err }: ToolResult): string {
  return firstLine(err) || firstLine(out);
}

function firstLine(text: string): string {
  return (
    text
      .split(/\r?\n/)
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}
