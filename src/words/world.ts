/**
 * The volumes and shadow copies that the admin's words speak of: of the attached disks, and of images and pools that the
 * command line names. The recovery points of a pool are the shadow copies of their replica volume.
 */

import { statSync } from 'node:fs';
import { notFound, StorageError } from '../errors.ts';
import { type Image, openImage } from '../image/image.ts';
import type { OpenOptions } from '../image/source.ts';
import type { Volume } from '../image/volume.ts';
import { openPool } from '../pool/scan-pool.ts';
import { type Container, pointsByTime, type StoragePool } from '../pool/storage-pool.ts';
import { attributeNames, contextName } from '../vss/format.ts';
import type { ShadowCopy } from '../vss/shadow-copies.ts';
import type { ShadowLines } from './layouts.ts';
import { madeUpGuid, volumeName } from './volume-name.ts';
import type { Exposure, WordState } from './word-state.ts';

/** How to mount something, as `pitvault mount` takes it. */
export type MountSource = { readonly locator: string; readonly options: readonly string[] };

export type WorldVolume = {
  readonly guid: string;
  readonly image: string;
  readonly source: MountSource;
  /** Bytes. */
  readonly size: number;
  /** Diff area in use and at most, where the volume keeps its own shadow copies. */
  readonly storage: { readonly used: number; readonly maximum: number } | null;
};

export type WorldShadow = ShadowLines & { readonly source: MountSource; readonly image: string };

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

  private constructor(state: WordState, open: OpenOptions) {
    this.#state = state;
    this.#open = open;
  }

  /** `named`: images and pools besides the attached disks. */
  static async open(state: WordState, named: readonly string[], open: OpenOptions): Promise<World> {
    const world = new World(state, open);
    try {
      // The disk attached last comes first: of several with one GUID, it is the one that is meant.
      for (const path of [...named, ...state.attached.map((disk) => disk.path).toReversed()]) await world.#add(path);
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  async #add(path: string): Promise<void> {
    if (isFolder(path)) this.#pools.push(await openPool(path, this.#open));
    else this.#images.push(await openImage(path, this.#open));
  }

  volumes(): WorldVolume[] {
    const ofImages = this.#images.flatMap((image) =>
      image
        .listVolumes()
        .filter((volume) => volume.identity.kind === 'ntfs')
        .map((volume) => this.#volumeOf(image, volume)),
    );
    const ofPools = this.#pools.flatMap((pool) => pool.containers.flatMap(replicaVolume));
    return [...ofImages, ...ofPools];
  }

  #volumeOf(image: Image, volume: Volume): WorldVolume {
    const { copies, maximumSize } = volume.shadowCopies;
    const used = copies.reduce((sum, copy) => sum + copy.allocatedSize, 0);
    return {
      guid: guidOf(image, volume),
      image: image.name,
      source: { locator: image.name, options: ['--volume', String(volume.number)] },
      size: volume.map.size,
      storage: copies.length === 0 ? null : { used, maximum: maximumSize },
    };
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
    for (const image of this.#images) {
      for (const volume of image.listVolumes().filter(({ identity }) => identity.kind === 'ntfs')) {
        for (const copy of volume.shadowCopies.copies) shadows.push(this.#shadowOf(image, volume, copy, device()));
      }
    }
    for (const pool of this.#pools) {
      for (const container of pool.containers) {
        for (const { point, time } of await pointsByTime(container)) {
          if (point.isReplica || point.locator === null) continue;
          shadows.push({
            id: point.id,
            setId: point.id,
            createdMs: time.ms,
            originalPath: this.#pathOf(container.replicaId),
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
          });
        }
      }
    }
    return shadows;
  }

  #shadowOf(image: Image, volume: Volume, copy: ShadowCopy, device: string): WorldShadow {
    const guid = guidOf(image, volume);
    const info = StorageError.is(copy.info) ? null : copy.info;
    return {
      id: copy.id,
      setId: copy.setId ?? copy.storeGuid,
      createdMs: copy.createdMs,
      originalPath: this.#pathOf(guid),
      originalGuid: guid,
      device,
      originatingMachine: info?.originatingMachine ?? '',
      serviceMachine: info?.serviceMachine ?? '',
      provider: SOFTWARE_PROVIDER,
      type: info === null ? '' : contextName(info.context),
      attributes: info === null ? [] : attributeNames(info.attributes),
      exposed: this.#exposureOf(copy.id)?.at ?? null,
      image: image.name,
      source: { locator: image.name, options: ['--volume', String(volume.number), '--shadow', copy.id] },
    };
  }

  async shadow(id: string): Promise<WorldShadow> {
    const all = await this.shadows();
    const found = all.find((shadow) => shadow.id.toLowerCase() === id);
    if (found !== undefined) return found;
    throw notFound('SHADOW_MISSING', `there is no shadow copy {${id}}`, {
      hint: all.length === 0 ? 'attach the disk that holds it: pitvault mount-vhd PATH' : 'list shadows all shows them',
    });
  }

  #exposureOf(shadowId: string): Exposure | undefined {
    return this.#state.exposures.find((exposure) => exposure.shadowId === shadowId);
  }

  /** Where the volume itself is mounted, as Windows writes it. */
  #pathOf(guid: string): string {
    return mountPointsOf(this.#state, guid)[0] ?? '';
  }

  async close(): Promise<void> {
    for (const image of this.#images) await image.close();
    for (const pool of this.#pools) await pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** `X:\`, or the folder. */
export function mountPointsOf(state: WordState, guid: string): string[] {
  return state.exposures
    .filter(({ volumeGuid, shadowId }) => volumeGuid === guid && shadowId === null)
    .map(({ at }) => (/^[A-Z]:$/.test(at) ? `${at}\\` : at));
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
      storage: null,
    },
  ];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
