/**
 * Finds the pool below the roots that a user gives. A root may be an access path, a server's folder, a container, a
 * point's folder, or a zip of any of these. Nothing is skipped: what fits no rule is reported.
 */

import { existsSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseGuid } from '../base/guid.ts';
import type { ErrorCode } from '../error-codes.ts';
import { asStorageError, type Finding, findingOf, invalidArgument, notFound, type StorageError } from '../errors.ts';
import { OpenContext, type OpenOptions } from '../image/source.ts';
import { ZipArchive } from '../image/zip-archive.ts';
import { DiskFile } from '../io/disk-file.ts';
import { readReplicaFile } from '../replica/layout.ts';
import { sidecarFolder } from '../sidecar/sidecar-files.ts';
import { FOLDER_UNREADABLE, type Folder, FolderWalk, hasDisk } from './folder-walk.ts';
import { DISK_NAME, SYSTEM_FOLDER } from './layout.ts';
import { hostTree, identityOf, type PoolTree, ZipTree } from './pool-tree.ts';
import { type Container, Point, type PointHome, StoragePool } from './storage-pool.ts';
import { settleTwins } from './twins.ts';

/**
 * Opens a pool: folders, or zips of them. Damage within is told by `findings`; rejects with POOL_NO_ROOT, and POOL_ROOT_MISSING for
 * a root that is not there. Points are opened when asked for.
 */
export async function openPool(roots: string | readonly string[], options: OpenOptions = {}): Promise<StoragePool> {
  const list = typeof roots === 'string' ? [roots] : roots;
  if (list.length === 0) throw invalidArgument('POOL_NO_ROOT', 'no pool root given');
  const context = new OpenContext(options);
  const scanner = new PoolScanner(context);
  try {
    for (const root of list) {
      await context.pause();
      await scanner.addRoot(root);
    }
    const containers = scanner.finish();
    if (containers.length === 0) throw scanner.nothingFound(list);
    for (const container of containers) if (container.twins.length > 0) await settleTwins(container);
    return new StoragePool(list, containers, scanner.findings, context);
  } catch (error) {
    context.close();
    throw error;
  }
}

class PoolScanner {
  readonly #walk = new FolderWalk();
  readonly #containers = new Map<string, Container>();
  readonly #context: OpenContext;
  /** By folder of the container. */
  readonly #homes = new Map<string, PointHome>();

  get findings(): Finding[] {
    return this.#walk.findings;
  }

  constructor(context: OpenContext) {
    this.#context = context;
  }

  async addRoot(root: string): Promise<void> {
    const stat = statOf(root);
    if (stat.isDirectory()) {
      const path = resolve(root);
      const parent = dirname(path);
      const names = {
        name: basename(path),
        parent,
        parentName: basename(parent),
        serverName: basename(dirname(parent)),
      };
      this.#addFolders(hostTree, { path, ...names, modifiedMs: stat.mtimeMs, identity: identityOf(stat) });
      return;
    }
    await this.#requireZip(root);
    const archive = await this.#context.zip(root);
    this.findings.push(...archive.findings);
    const name = basename(root);
    const names = { name, parent: '', parentName: name, serverName: '' };
    const tree = new ZipTree(archive);
    this.#addFolders(tree, { path: '', ...names, modifiedMs: stat.mtimeMs, identity: identityOf(stat) });
  }

  nothingFound(roots: readonly string[]): StorageError {
    const [path] = this.#walk.unfinished;
    if (path !== undefined) {
      const name = this.#nameOf(dirname(dirname(path)));
      const message = `below ${roots.join(', ')} lies only an initial replica that is not finished${name === null ? '' : `: ${name}`}`;
      return notFound('POOL_UNFINISHED', message, {
        image: path,
        hint: 'run the same pitvault protect again: it goes on from what was written; until then there is no state to read',
      });
    }
    const unreadable = this.findings.filter(({ code }) => code === FOLDER_UNREADABLE || code === 'ZIP_NAME_UNSAFE');
    const hint =
      unreadable.length > 0
        ? unreadable.map(({ message }) => message).join('; ')
        : this.#walk.otherImages.length > 0
          ? `images lie there under other names: recover from each by its name: ${this.#walk.otherImages.join(', ')}`
          : 'expected <server FQDN>/<PhysicalReplicaId>/<id>/disk0.vhdx below the root; for a single image use ls, cat or recover on the file';
    return notFound('POOL_EMPTY', `no DPM pool below ${roots.join(', ')}`, { image: roots[0], hint });
  }

  /** A pool is a folder or a zip; any other file is most likely one image of it. */
  async #requireZip(root: string): Promise<void> {
    const file = this.#context.openFile(root);
    const isZip = ZipArchive.isZip(file);
    file.close();
    if (isZip) return;
    throw invalidArgument('POOL_ROOT_IS_FILE', `${root} is a file, neither a folder nor a zip`, {
      image: root,
      hint: 'give the folder that holds the pool; for a single image use info, ls, cat or recover on it',
    });
  }

  finish(): Container[] {
    for (const container of this.#containers.values()) {
      if (container.replica === null) {
        this.#report(
          container,
          'warning',
          'POOL_NO_REPLICA',
          `container ${container.replicaId} has no live replica`,
          container.folders[0],
        );
      }
      if (container.folders.length > 1) {
        this.#report(
          container,
          'info',
          'POOL_SPLIT_CONTAINER',
          `container ${container.replicaId} is spread over ${container.folders.length} folders (an optimized volume migration leaves old points behind)`,
          container.folders.join(', '),
        );
      }
    }
    return [...this.#containers.values()].sort((a, b) => (a.server + a.replicaId < b.server + b.replicaId ? -1 : 1));
  }

  /** Containers one by one as they are met, since of a large pool all folders are more than memory should hold. */
  #addFolders(tree: PoolTree, root: Omit<Folder, 'entries'>): void {
    const containerPaths = new Set<string>();
    const serverPaths = new Set<string>();
    const rest = this.#walk.below(tree, root, (container, folders) => {
      containerPaths.add(container.path);
      serverPaths.add(container.parent);
      this.#addContainerFolder(tree, container);
      for (const folder of folders) this.#addPoint(tree, folder);
    });
    // What is left: a root that is a point's folder itself, links, and what holds no disk.
    for (const folder of rest) if (hasDisk(folder)) containerPaths.add(folder.parent);
    for (const { path, parent } of rest) if (containerPaths.has(path)) serverPaths.add(parent);
    for (const folder of rest) {
      if (
        containerPaths.has(folder.path) ||
        (serverPaths.has(folder.parent) && parseGuid(folder.name) !== null && !hasDisk(folder))
      ) {
        this.#addContainerFolder(tree, folder);
      } else if (containerPaths.has(folder.parent)) {
        this.#addPoint(tree, folder);
      } else if (serverPaths.has(folder.parent)) {
        this.#strange(folder, 'is no container (its name is no PhysicalReplicaId and it holds no disk)');
      }
    }
  }

  #container(server: string, id: string, folder: string): Container {
    const replicaId = parseGuid(id) ?? id;
    const key = `${server.toLowerCase()}/${replicaId.toLowerCase()}`;
    let container = this.#containers.get(key);
    if (container === undefined) {
      const cache = this.#context.options.cache ?? null;
      container = {
        replicaId,
        server,
        folders: [],
        name: null,
        replica: null,
        points: [],
        twins: [],
        opaque: [],
        findings: [],
        cache,
      };
      this.#containers.set(key, container);
      if (parseGuid(id) === null) {
        this.#report(
          container,
          'warning',
          'POOL_STRANGE_NAME',
          `container folder "${id}" is no PhysicalReplicaId`,
          folder,
        );
      }
    }
    if (!container.folders.includes(folder)) container.folders.push(folder);
    return container;
  }

  #addContainerFolder(tree: PoolTree, folder: Folder): void {
    const container = this.#container(folder.parentName, folder.name, folder.path);
    if (tree === hostTree) container.name ??= this.#nameOf(folder.path, container.findings);
    for (const entry of folder.entries) if (!entry.directory) container.opaque.push(entry.name);
    const isEmpty = !folder.entries.some(({ name, directory }) => directory && !SYSTEM_FOLDER.test(name));
    if (isEmpty && !this.#walk.unreadable.has(folder.path)) {
      this.#report(container, 'warning', 'POOL_EMPTY_CONTAINER', `container ${folder.name} is empty`, folder.path);
    }
  }

  #nameOf(container: string, findings = this.findings): string | null {
    try {
      return readReplicaFile({ exists: existsSync, open: (path) => new DiskFile(path) }, container)?.name ?? null;
    } catch (error) {
      findings.push(findingOf(asStorageError(error, { image: container })));
      return null;
    }
  }

  #addPoint(tree: PoolTree, folder: Folder): void {
    const container = this.#container(folder.serverName, folder.parentName, folder.parent);
    const named = folder.entries.filter((entry) => !entry.directory && DISK_NAME.test(entry.name));
    const disks = named.filter(({ special }) => special !== true);
    const disk = disks.find((entry) => /^disk0\./i.test(entry.name)) ?? disks[0];
    const isReplica = sameId(folder.name, folder.parentName);
    if (parseGuid(folder.name) === null) {
      this.#report(container, 'warning', 'POOL_STRANGE_NAME', `folder "${folder.name}" is no PITId`, folder.path);
    }
    if (disk === undefined) {
      this.#report(
        container,
        'warning',
        'POOL_POINT_WITHOUT_DISK',
        `${isReplica ? 'the live replica' : `recovery point ${folder.name}`} has no disk0.vhdx${named.length === 0 ? '' : ` (${named[0]!.name} is a pipe, a socket or a device)`}`,
        folder.path,
      );
    }
    for (const extra of disks) {
      if (extra !== disk)
        this.#report(
          container,
          'warning',
          'POOL_SECOND_DISK',
          `${extra.name} beside ${disk!.name}: only one disk is documented`,
          folder.path,
        );
    }
    for (const entry of folder.entries)
      if (!disks.includes(entry)) container.opaque.push(`${folder.name}/${entry.name}`);
    const point = new Point(
      {
        id: parseGuid(folder.name) ?? folder.name,
        isReplica,
        name: folder.name,
        disk: disk?.name ?? null,
        size: disk?.size ?? 0,
        diskModifiedMs: disk?.modifiedMs ?? 0,
        diskChangedMs: disk?.changedMs ?? 0,
        folderModifiedMs: folder.modifiedMs,
        packed: disk?.packed ?? false,
      },
      this.#home(tree, folder.parent),
    );
    this.#place(container, point);
  }

  #home(tree: PoolTree, folder: string): PointHome {
    let home = this.#homes.get(folder);
    if (home === undefined || home.tree !== tree) {
      const isKept = tree === hostTree && existsSync(sidecarFolder(folder));
      home = { tree, folder, isKept, context: this.#context };
      this.#homes.set(folder, home);
    }
    return home;
  }

  #place(container: Container, point: Point): void {
    const twin = point.isReplica ? container.replica : container.points.find((other) => other.id === point.id);
    if (twin == null || twin.locator === null) {
      if (!point.isReplica) container.points.push(point);
      else container.replica = point;
      return;
    }
    if (point.locator === null) return;
    container.twins.push(point);
  }

  #strange(folder: Folder, what: string): void {
    this.findings.push({
      severity: 'info',
      code: 'POOL_STRANGE_NAME',
      message: `folder "${folder.name}" ${what}`,
      at: { image: folder.path },
    });
  }

  #report(
    container: Container,
    severity: Finding['severity'],
    code: ErrorCode,
    message: string,
    image: string | undefined,
  ): void {
    container.findings.push({ severity, code, message, at: { image } });
  }
}

function statOf(root: string): Stats {
  try {
    return statSync(root);
  } catch (error) {
    const base = asStorageError(error, { image: root });
    if (base.code !== 'ENOENT') throw base;
    throw notFound('POOL_ROOT_MISSING', `${root} does not exist`, {
      image: root,
      hint: 'check the path; on Windows quote \\\\?\\ paths',
    });
  }
}

/** Folders are named by GUIDs in any spelling. */
function sameId(a: string, b: string): boolean {
  return (parseGuid(a) ?? a.toLowerCase()) === (parseGuid(b) ?? b.toLowerCase());
}

/** True when the archive's members lie as a pool's do, so that it is no archive of a single image. */
export async function looksLikePool(archive: string, options: OpenOptions = {}): Promise<boolean> {
  const context = new OpenContext(options);
  try {
    const { members } = await context.zip(archive);
    return members.some(({ path }) => {
      const parts = path.split('/');
      return parts.length >= 3 && DISK_NAME.test(parts.at(-1)!) && parseGuid(parts.at(-3)!) !== null;
    });
  } finally {
    context.close();
  }
}
