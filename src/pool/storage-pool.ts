/** A DPM storage pool as found on disk: servers, containers, the live replica and the recovery points of each. */

import type { Finding } from '../errors.ts';
import { notFound } from '../errors.ts';
import { type Image, openImageWithin } from '../image/image.ts';
import type { OpenContext } from '../image/source.ts';
import { isSameName } from '../replica/layout.ts';
import { type CaptureTime, capturedAt } from './capture-time.ts';
import { KeptTimes } from './kept-times.ts';
import type { PoolTree } from './pool-tree.ts';

const DISK = 'disk0.vhdx';

/** One state of a replica: the live one, or a recovery point. A pool may have very many, so paths are made when asked for. */
export class Point {
  /** Folder name: the PITId, or the PhysicalReplicaId for the live replica. */
  readonly id: string;
  readonly isReplica: boolean;
  /** Bytes of disk0.vhdx as the host sees it. */
  readonly size: number;
  readonly diskModifiedMs: number;
  /** When anything of the disk's file was changed last; 0 where that is not known. */
  readonly diskChangedMs: number;
  readonly folderModifiedMs: number;
  /** The disk lies compressed in an archive: opening it unpacks all of it first. */
  readonly packed: boolean;
  readonly #name: string;
  readonly #disk: string | null;
  readonly #home: PointHome;
  #time: CaptureTime | undefined;
  /** The time is one that was kept, which the disk itself has not been asked about in this run. */
  #isHearsay = false;

  constructor(facts: PointFacts, home: PointHome) {
    this.id = facts.id;
    this.isReplica = facts.isReplica;
    this.size = facts.size;
    this.diskModifiedMs = facts.diskModifiedMs;
    this.diskChangedMs = facts.diskChangedMs;
    this.folderModifiedMs = facts.folderModifiedMs;
    this.packed = facts.packed;
    this.#name = facts.name;
    this.#disk = facts.disk === DISK ? DISK : facts.disk; // one text for all points
    this.#home = home;
  }

  get folder(): string {
    return this.#home.tree.join(this.#home.folder, this.#name);
  }

  /** Locator of disk0.vhdx, or null when the folder has none. */
  get locator(): string | null {
    const { tree } = this.#home;
    return this.#disk === null ? null : tree.locator(tree.join(this.folder, this.#disk));
  }

  /** Its container has pitvault's own folder. */
  get isKept(): boolean {
    return this.#home.isKept;
  }

  /** For JSON: paths too, which are no fields. */
  toJSON(): Omit<PointFacts, 'name' | 'disk'> & Pick<Point, 'folder' | 'locator' | 'isKept'> {
    const { id, isReplica, locator, size, folder, diskModifiedMs, diskChangedMs, folderModifiedMs, packed, isKept } =
      this;
    return { id, isReplica, locator, size, folder, diskModifiedMs, diskChangedMs, folderModifiedMs, packed, isKept };
  }

  /** Opens the point's disk. */
  async open(): Promise<Image> {
    const { locator } = this;
    if (locator === null) {
      throw notFound('POINT_DISK_MISSING', `recovery point ${this.id} has no disk0.vhdx`, {
        image: this.folder,
        hint: 'look for it on the other volumes of the pool and give all of them as roots',
      });
    }
    const { context, isKept } = this.#home;
    await context.pause();
    return openImageWithin(context, locator, context.options, isKept);
  }

  /** When its data was captured, and how that is known. Computed once, by opening the disk when that is possible. */
  async time(): Promise<CaptureTime> {
    this.#time ??= (await capturedAt(this)).time;
    return this.#time;
  }

  /** @internal The same, by what was found out in an earlier run where that still holds. */
  async timeWithin(kept: KeptTimes): Promise<CaptureTime> {
    if (this.#time !== undefined) return this.#time;
    const known = kept.timeOf(this);
    this.#isHearsay = known !== null;
    this.#time = known ?? kept.keep(this, await capturedAt(this));
    return this.#time;
  }

  /** @internal Asks the disk about a time that was only kept; false when it says another, which counts from now on. */
  async confirmTime(): Promise<boolean> {
    if (!this.#isHearsay) return true;
    const { time } = await capturedAt(this);
    const isSame = time.ms === this.#time!.ms && time.source === this.#time!.source;
    this.#isHearsay = false;
    this.#time = time;
    return isSame;
  }
}

export type PointFacts = {
  readonly id: string;
  readonly isReplica: boolean;
  /** Of its folder, as it is. */
  readonly name: string;
  /** Of the disk in it. */
  readonly disk: string | null;
  readonly size: number;
  readonly diskModifiedMs: number;
  readonly diskChangedMs: number;
  readonly folderModifiedMs: number;
  readonly packed: boolean;
};

/** What the points in one folder of a container share. */
export type PointHome = {
  readonly tree: PoolTree;
  readonly folder: string;
  readonly isKept: boolean;
  readonly context: OpenContext;
};

/** All states of one data source, merged over every root that holds some. */
export type Container = {
  /** PhysicalReplicaId, lower case; the folder name as it is where that is no GUID. */
  readonly replicaId: string;
  /** Folder name of the server: the FQDN DpmSync expects. */
  readonly server: string;
  readonly folders: string[];
  /** What pitvault calls the replica, where it keeps it; DPM's own have no name here. */
  name: string | null;
  replica: Point | null;
  /** Recovery points, in the order of their folders; `pointsByTime` sorts them by capture. */
  readonly points: Point[];
  /** Further copies of states that are here, found in other folders: never read, see twins.ts. */
  readonly twins: Point[];
  /** Files and folders beside disk0.vhdx that pitvault does not interpret and never touches. */
  readonly opaque: string[];
  /** Folder for the capture times of its points between runs; null: they are found out each time. */
  readonly cache: string | null;
  readonly findings: Finding[];
};

export class StoragePool implements AsyncDisposable {
  readonly roots: readonly string[];
  readonly containers: readonly Container[];
  readonly findings: readonly Finding[];
  readonly #context: OpenContext;

  constructor(roots: readonly string[], containers: Container[], findings: Finding[], context: OpenContext) {
    this.roots = roots;
    this.containers = containers;
    this.findings = findings;
    this.#context = context;
  }

  /** Server names in the pool. */
  get servers(): readonly string[] {
    return [...new Set(this.containers.map((container) => container.server))];
  }

  /** The containers that match; by default all. Replicas by id, with or without braces, in any case, or by name. */
  select(filter: { server?: string | undefined; replica?: string | undefined }): Container[] {
    const replica = filter.replica?.toLowerCase().replace(/[{}]/g, '');
    const server = filter.server?.toLowerCase();
    const found = this.containers.filter(
      (container) =>
        (replica === undefined ||
          container.replicaId.toLowerCase() === replica ||
          isSameName(container.name ?? '', filter.replica ?? '')) &&
        (server === undefined || container.server.toLowerCase() === server),
    );
    if (found.length > 0) return found;
    const hasServer = server === undefined || this.servers.some((name) => name.toLowerCase() === server);
    const [what, known] = hasServer
      ? [`replica ${filter.replica}`, this.containers.map(({ name, replicaId }) => name ?? replicaId)]
      : [`server ${filter.server}`, this.servers];
    const where = hasServer && server !== undefined ? ` of server ${filter.server}` : '';
    throw notFound('POOL_NO_MATCH', `the pool has no ${what}${where}`, {
      image: this.roots.join(', '),
      hint:
        known.length === 0
          ? 'run `pitvault scan` on the roots'
          : `it has: ${known.slice(0, 10).join(', ')}${this.namesLost}`,
    });
  }

  /** @internal What to add where a name is not found: whose name could not be read. Empty where that is none. */
  get namesLost(): string {
    const lost = this.containers.filter(({ findings }) => findings.some(({ code }) => code.startsWith('POOL_FILE_')));
    if (lost.length === 0) return '';
    return `; the name of ${lost.map(({ replicaId }) => replicaId).join(', ')} could not be read: see \`pitvault scan\``;
  }

  async close(): Promise<void> {
    this.#context.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Every state of the container with its capture time, oldest first; the live replica among them. */
export async function pointsByTime(container: Container): Promise<{ point: Point; time: CaptureTime }[]> {
  const timed: { point: Point; time: CaptureTime }[] = [];
  const kept = KeptTimes.of(container);
  for (const point of statesOf(container)) {
    timed.push({ point, time: kept === null ? await point.time() : await point.timeWithin(kept) });
  }
  kept?.save();
  // The live replica is the newest state by definition: at equal times it comes last.
  return timed.sort((a, b) => a.time.ms - b.time.ms || Number(a.point.isReplica) - Number(b.point.isReplica));
}

function statesOf({ replica, points }: Container): Point[] {
  return replica === null ? points : [...points, replica];
}

/** The state with this id, written with or without braces, in any case. */
export function findPoint(container: Container, id: string): Point | undefined {
  const wanted = id.toLowerCase().replace(/[{}]/g, '');
  return statesOf(container).find((point) => point.id.toLowerCase() === wanted);
}

export type PointChoice = { latest?: boolean | undefined; atMs?: number | undefined; point?: string | undefined };

/**
 * The state the user means: `point` by id, `atMs` the newest captured at or before it, else the live replica (or the
 * newest point of a container that has lost its replica).
 */
export async function choosePoint(container: Container, choice: PointChoice): Promise<Point> {
  const name = `container ${container.replicaId}`;
  if (choice.point !== undefined) {
    const found = findPoint(container, choice.point);
    if (found !== undefined) return found;
    const all = statesOf(container);
    throw notFound('POINT_MISSING', `${name} has no recovery point ${choice.point}`, {
      image: container.folders[0],
      hint: `it has: ${
        all
          .map((point) => point.id)
          .slice(0, 20)
          .join(', ') || 'none'
      }`,
    });
  }
  if (choice.atMs === undefined && container.replica?.locator != null) return container.replica;
  if (choice.latest === true) {
    throw notFound('POINT_NO_REPLICA', `${name} has no live replica`, {
      image: container.folders[0],
      hint: 'leave out --latest to take its newest recovery point, or choose one with --point',
    });
  }
  const limit = choice.atMs ?? Number.POSITIVE_INFINITY;
  let timed: Awaited<ReturnType<typeof pointsByTime>>;
  let chosen: (typeof timed)[number] | undefined;
  // What is read from here on is of this point, so its own word counts, and another may be the one then.
  do {
    timed = (await pointsByTime(container)).filter(({ point }) => point.locator !== null);
    chosen = timed.findLast(({ time }) => time.ms <= limit);
  } while (chosen !== undefined && !(await chosen.point.confirmTime()));
  if (chosen !== undefined) return chosen.point;
  const oldest = timed[0];
  if (oldest === undefined) {
    throw notFound('POINT_NONE', `${name} holds no disk`, {
      image: container.folders[0],
      hint: 'look for its other folders on the other volumes of the pool, and give all of them as roots',
    });
  }
  throw notFound('POINT_NONE_AT', `${name} has nothing captured at or before that time`, {
    image: container.folders[0],
    hint: `its oldest state is of ${new Date(oldest.time.ms).toISOString()} (--point ${oldest.point.id})`,
  });
}
