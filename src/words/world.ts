/**
 * The volumes and shadow copies that the admin's words speak of: of the attached disks, and of images and pools that the
 * command line names. The recovery points of a pool are the shadow copies of their replica volume.
 */

import { existsSync, statSync } from 'node:fs';
import { shellWord } from '../base/shell-word.ts';
import { notFound, StorageError } from '../errors.ts';
import { type Image, openImage } from '../image/image.ts';
import type { OpenOptions } from '../image/source.ts';
import { Volume } from '../image/volume.ts';
import { looksLikePool, openPool } from '../pool/scan-pool.ts';
import { type Container, pointsByTime, type StoragePool } from '../pool/storage-pool.ts';
import { attributeNames, contextName, VSS_GUID } from '../vss/format.ts';
import type { ShadowCopy } from '../vss/shadow-copies.ts';
import type { ShadowLines, VolumeLines } from './layouts.ts';
import { madeUpGuid, volumeName } from './volume-name.ts';
import { type Exposure, realLocator, type WordState } from './word-state.ts';

/** How to mount something, as `pitvault mount` takes it. */
export type MountSource = { readonly locator: string; readonly options: readonly string[] };

export type WorldVolume = {
  readonly guid: string;
  readonly image: string;
  readonly source: MountSource;
  /** Bytes. */
  readonly size: number;
  /** Diff area of its shadow copies: on which volume, bytes of its files and at most; null where it has none. */
  readonly diffArea: () => DiffArea | null;
};

export type DiffArea = { readonly guid: string; readonly used: number; readonly maximum: number };

export type WorldShadow = ShadowLines & {
  readonly source: MountSource;
  readonly image: string;
  /** What stands in for its time, where nothing inside tells when it was made; else null. */
  readonly timeDoubt: string | null;
  /** GUID of the store of a shadow copy, under which it is listed while its diff area is not at hand; null for a point. */
  readonly storeGuid: string | null;
  /** Why its own ids are not known; null where they are. */
  readonly idDoubt: StorageError | null;
};

const SOFTWARE_PROVIDER = 'Microsoft Software Shadow Copy provider 1.0';
const POOL_PROVIDER = 'Recovery points of a DPM storage pool';
/** What DPM's own shadow copies are, and so its points. */
const POINT_TYPE = 'DataVolumeRollback';
const POINT_ATTRIBUTES = ['Persistent', 'No auto release', 'No writers'];

export class World implements AsyncDisposable {
  readonly #state: WordState;
  readonly #open: OpenOptions;
  readonly #images: Image[] = [];
  readonly #pools: StoragePool[] = [];
  #guids: readonly string[] | undefined;

  private constructor(state: WordState, open: OpenOptions) {
    this.#state = state;
    this.#open = open;
  }

  /**
   * `named`: images and pools besides the attached disks. An attached disk that cannot be opened any more is told to `note`
   * and left out: it must not keep the others from being used.
   */
  static async open(
    state: WordState,
    named: readonly string[],
    open: OpenOptions,
    note: (text: string) => void,
  ): Promise<World> {
    const world = new World(state, open);
    try {
      // What is named twice, or named and attached, is there once.
      const seen = new Set<string>();
      const isNew = (path: string): boolean => seen.size < seen.add(realLocator(path)).size;
      for (const path of named) if (isNew(path)) await world.#add(path);
      // The disk attached last comes first: of several with one GUID, it is the one that is meant.
      for (const { number, path } of state.attached.toReversed()) {
        if (!isNew(path)) continue;
        const reason = await world.#tryAdd(path);
        if (reason === null) continue;
        note(`disk ${number} is left out: ${reason.message}; detach it: pitvault dismount-vhd ${shellWord(path)}`);
      }
    } catch (error) {
      await world.close();
      throw error;
    }
    // DPM keeps diff areas on volumes of their own, and volumes may span disks: each image may need the others.
    for (const image of world.#images) image.setNeighbours(world.#images);
    return world;
  }

  async #add(path: string): Promise<void> {
    if (await isPool(path, this.#open)) this.#pools.push(await openPool(path, this.#open));
    else this.#images.push(await openImage(path, this.#open));
  }

  /** What keeps the disk from being opened, or null. */
  async #tryAdd(path: string): Promise<StorageError | null> {
    try {
      await this.#add(path);
      return null;
    } catch (error) {
      if (StorageError.is(error) && error.kind !== 'cancelled') return error;
      throw error;
    }
  }

  volumes(): WorldVolume[] {
    const ofImages = this.#imageVolumes().map(({ image, volume }) => this.#volumeOf(image, volume));
    const ofPools = this.#pools.flatMap((pool) => pool.containers.flatMap(replicaVolume));
    return [...ofImages, ...ofPools];
  }

  /** NTFS volumes of the images; one that spans several of them is listed with the first. */
  #imageVolumes(): { image: Image; volume: Volume }[] {
    const seen = new Set<string>();
    return this.#images.flatMap((image) =>
      image.listVolumes().flatMap((volume) => {
        if (volume.identity.kind !== 'ntfs') return [];
        const { dynamic } = volume;
        const key = dynamic === null ? null : JSON.stringify([dynamic.groupGuid, dynamic.name, dynamic.extents]);
        if (key !== null && seen.has(key)) return [];
        if (key !== null) seen.add(key);
        return [{ image, volume }];
      }),
    );
  }

  #volumeOf(image: Image, volume: Volume): WorldVolume {
    return {
      guid: guidOf(image, volume),
      image: image.name,
      source: { locator: image.name, options: ['--volume', String(volume.number), ...furtherDisks(image, [volume])] },
      size: volume.map.size,
      diffArea: () => this.#diffAreaOf(image, volume),
    };
  }

  /** Looked for when it is asked for: the sizes of its files are in a file system that has to be opened. */
  #diffAreaOf(image: Image, volume: Volume): DiffArea | null {
    const { copies, maximumSize } = volume.shadowCopies;
    if (copies.length === 0) return null;
    const guid = this.#storageOf(copies.find((copy) => copy.storage !== null)) ?? guidOf(image, volume);
    return { guid, used: copies.reduce((sum, copy) => sum + storeSize(copy), 0), maximum: maximumSize };
  }

  /** GUID of the volume that holds the store of a copy, or null where it is at hand nowhere. */
  #storageOf(copy: ShadowCopy | undefined): string | null {
    for (const image of this.#images) {
      const volume = image.listVolumes().find((one) => one === copy?.storage);
      if (volume !== undefined) return guidOf(image, volume);
    }
    return null;
  }

  /** The volume of this GUID: of several, that of the disk attached last. */
  volume(guid: string): WorldVolume {
    const found = this.volumes().find((volume) => volume.guid === guid);
    if (found !== undefined) return found;
    const known = this.volumes().map((volume) => volumeName(volume.guid));
    throw notFound('VOLUME_MISSING', `no volume ${volumeName(guid)} is attached`, {
      hint:
        known.length === 0
          ? 'attach its disk first: pitvault mount-vhd PATH; or name it: --image PATH'
          : `there are: ${known.slice(0, 6).join(', ')}`,
    });
  }

  /** All shadow copies, numbered as devices in this order. */
  async shadows(): Promise<WorldShadow[]> {
    const shadows: WorldShadow[] = [];
    const device = (): string => `\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy${shadows.length + 1}`;
    for (const { image, volume } of this.#imageVolumes()) {
      for (const copy of volume.shadowCopies.copies) shadows.push(this.#shadowOf(image, volume, copy, device()));
    }
    for (const pool of this.#pools) {
      for (const container of pool.containers) {
        for (const { point, time } of await pointsByTime(container)) {
          if (point.isReplica || point.locator === null) continue;
          if (shadows.some(({ image }) => image === point.locator)) continue; // of two pools one holds the other
          shadows.push({
            id: point.id,
            setId: point.id,
            createdMs: time.ms,
            originalPath: this.mountPoints(container.replicaId, container.replica?.locator ?? '')[0] ?? '',
            originalGuid: container.replicaId,
            device: device(),
            originatingMachine: container.server,
            serviceMachine: container.server,
            provider: POOL_PROVIDER,
            type: POINT_TYPE,
            attributes: POINT_ATTRIBUTES,
            exposed: this.#exposureOf(point.id)?.at ?? null,
            image: point.locator,
            source: { locator: point.locator, options: [] },
            timeDoubt: time.source.startsWith('modification') ? time.source : null,
            storeGuid: null,
            idDoubt: null,
          });
        }
      }
    }
    return shadows;
  }

  #shadowOf(image: Image, volume: Volume, copy: ShadowCopy, device: string): WorldShadow {
    const guid = guidOf(image, volume);
    const info = StorageError.is(copy.info) ? null : copy.info;
    const stores = volume.shadowCopies.copies.map(({ storage }) => storage).filter((one) => one instanceof Volume);
    const elsewhere = new Set(stores.map(({ name }) => name).filter((name) => name !== image.name));
    const options = [
      '--volume',
      String(volume.number),
      '--shadow',
      copy.id,
      ...furtherDisks(image, [volume, ...stores]),
    ];
    for (const name of elsewhere) options.push('--diff-area', name);
    return {
      id: copy.id,
      setId: copy.setId ?? copy.storeGuid,
      createdMs: copy.createdMs,
      originalPath: this.mountPoints(guid, image.name)[0] ?? '',
      originalGuid: guid,
      device,
      originatingMachine: info?.originatingMachine ?? '',
      serviceMachine: info?.serviceMachine ?? '',
      provider: SOFTWARE_PROVIDER,
      type: info === null ? '' : contextName(info.context),
      attributes: info === null ? [] : attributeNames(info.attributes),
      exposed: this.#exposureOf(copy.id)?.at ?? null,
      image: image.name,
      source: { locator: image.name, options },
      timeDoubt: null,
      storeGuid: copy.storeGuid,
      idDoubt: StorageError.is(copy.info) ? copy.info : null,
    };
  }

  /** By its id, or by that of its store, which a list made before its diff area was attached has told instead. */
  async shadow(id: string): Promise<WorldShadow> {
    const all = await this.shadows();
    const found = all.find((shadow) => shadow.id.toLowerCase() === id) ?? all.find(({ storeGuid }) => storeGuid === id);
    if (found !== undefined) return found;
    throw notFound('SHADOW_MISSING', `there is no shadow copy {${id}}`, {
      hint: all.length === 0 ? 'attach the disk that holds it: pitvault mount-vhd PATH' : 'list shadows all shows them',
    });
  }

  #exposureOf(shadowId: string): Exposure | undefined {
    return this.#state.exposures.find((exposure) => exposure.shadowId === shadowId);
  }

  /** Where the volume itself is mounted, as Windows writes it; of several with one GUID, this image's. */
  mountPoints(guid: string, image: string): string[] {
    const shown = this.#exposed().filter(({ volumeGuid }) => volumeGuid === guid);
    if (shown.length === 0) return []; // as it is for most of the many points of a pool
    this.#guids ??= this.volumes().map((volume) => volume.guid);
    if (this.#guids.filter((other) => other === guid).length < 2) return shown.map(placeText);
    const real = realLocator(image);
    return shown.filter((exposure) => realLocator(exposure.image) === real).map(placeText);
  }

  /** What is mounted of images that are neither attached nor named. */
  otherMounts(): VolumeLines[] {
    const volumes = this.volumes();
    const known = new Set(volumes.flatMap(({ guid, image }) => this.mountPoints(guid, image)));
    const others = this.#exposed().filter((exposure) => !known.has(placeText(exposure)));
    return others.map((exposure) => ({ guid: exposure.volumeGuid, mountPoints: [placeText(exposure)] }));
  }

  #exposed(): Exposure[] {
    return this.#state.exposures.filter(({ shadowId }) => shadowId === null);
  }

  async close(): Promise<void> {
    for (const image of this.#images) await image.close();
    for (const pool of this.#pools) await pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A listing has one place for a time, and for an id: that it is another one has to be told beside it. */
export function noteDoubts(shadows: readonly WorldShadow[], note: (text: string) => void): void {
  for (const { id, timeDoubt, idDoubt, image } of shadows) {
    if (idDoubt !== null) {
      const hint = idDoubt.hint === undefined ? '' : `; ${idDoubt.hint}`;
      note(`{${id}} is the id of a store, not of a shadow copy: ${idDoubt.message}${hint}`);
    }
    if (timeDoubt !== null) note(`the time of {${id}} is the ${timeDoubt}: nothing in ${image} tells it`);
  }
}

/** Bytes of the file that holds a store: Windows has left the field for them in the catalogue at 0 wherever we looked. */
function storeSize({ storage, storeGuid, allocatedSize }: ShadowCopy): number {
  if (!(storage instanceof Volume)) return allocatedSize;
  try {
    const files = storage.openFileSystem();
    return files?.lookup(`/System Volume Information/{${storeGuid}}{${VSS_GUID}}`)?.size ?? allocatedSize;
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    return allocatedSize;
  }
}

/** `X:\`, or the folder. */
function placeText({ at }: Exposure): string {
  return /^[A-Z]:$/.test(at) ? `${at}\\` : at;
}

/** What a mount must be told of the other disks over which these volumes spread. */
function furtherDisks(image: Image, volumes: readonly Volume[]): string[] {
  const names = new Set(volumes.flatMap(({ dynamic }) => dynamic?.extents.map((extent) => extent.image) ?? []));
  return [...names].flatMap((name) => (name === null || name === image.name ? [] : ['--disk', name]));
}

function guidOf(image: Image, volume: Volume): string {
  return volume.guid ?? madeUpGuid(`${image.name}#${volume.number}`);
}

/** The live replica of a container stands for its volume. */
function replicaVolume(container: Container): WorldVolume[] {
  const { replica, replicaId } = container;
  if (replica?.locator == null) return [];
  return [
    {
      guid: replicaId,
      image: replica.locator,
      source: { locator: replica.locator, options: [] },
      size: replica.size,
      diffArea: () => null,
    },
  ];
}

/** A folder is a pool; so is a zip whose members look like one. */
async function isPool(path: string, open: OpenOptions): Promise<boolean> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return true;
  return /\.zip$/i.test(path) && !path.includes('::') && existsSync(path) && (await looksLikePool(path, open));
}
