/**
 * Where pitvault's own files are. Sidecars: `<container>/.pitvault/<DataWriteGuid>.state`, the container being the folder
 * of a replica, `<pool>/<server FQDN>/<PhysicalReplicaId>`. The hidden folder holds all that pitvault adds to a container
 * of DPM's, and one in the pool what belongs to all of it.
 */

import { corrupt, StorageError } from '../errors.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { FileStore } from '../io/file-store.ts';
import type { Fingerprinter } from './fingerprint.ts';
import { HEADER, type SidecarHeader } from './format.ts';
import { readHeader, Sidecar } from './sidecar.ts';

/** Folder of pitvault's own files, in a container and in a pool. */
export const OWN_FOLDER = '.pitvault';

const NAME = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.state$/;

/** There in every pool that pitvault keeps, and in no other. */
export const poolFilePath = (pool: string): string => `${pool}/${OWN_FOLDER}/pool.json`;
export const replicaFilePath = (container: string): string => `${container}/${OWN_FOLDER}/replica.json`;
/** Who reads: `<PhysicalReplicaId>.<DataWriteGuid>.read-by-...`, or `.all.` for every state of the replica. */
export const leaseFolder = (pool: string): string => `${pool}/${OWN_FOLDER}/leases`;

export function sidecarFolder(container: string): string {
  return `${container}/${OWN_FOLDER}`;
}

export function sidecarPath(container: string, dataWriteGuid: string): string {
  return `${sidecarFolder(container)}/${dataWriteGuid.toLowerCase()}.state`;
}

/** DataWriteGuids for which the container holds a sidecar, complete or not. */
export function listSidecars(store: Pick<FileStore, 'list'>, container: string): string[] {
  return store.list(sidecarFolder(container)).flatMap(({ name, kind }) => {
    const guid = kind === 'file' ? NAME.exec(name)?.[1] : undefined;
    return guid === undefined ? [] : [guid];
  });
}

type Opens = { open(path: string): ByteFile };

/** Throws kind `not-found` when there is none, `corrupt` when it is damaged or belongs to another disk. */
export function openSidecar(
  store: Opens,
  container: string,
  dataWriteGuid: string,
  fingerprint: Fingerprinter,
): Sidecar {
  const sidecar = Sidecar.open(store.open(sidecarPath(container, dataWriteGuid)), fingerprint);
  try {
    requireOwn(sidecar.facts, sidecar.name, dataWriteGuid);
    return sidecar;
  } catch (error) {
    sidecar.close();
    throw error;
  }
}

/** The header alone: time, order, predecessor. */
export function readSidecarHeader(store: Opens, container: string, dataWriteGuid: string): SidecarHeader {
  const file = store.open(sidecarPath(container, dataWriteGuid));
  try {
    return readOwnHeader(file, dataWriteGuid);
  } finally {
    file.close();
  }
}

/** The header of a sidecar that has to be of this disk. */
export function readOwnHeader(file: ByteFile, dataWriteGuid: string): SidecarHeader {
  const header = readHeader(file);
  requireOwn(header, file.name, dataWriteGuid);
  return header;
}

/** Whole, and of another state: with its fingerprints, changes would be taken for what is there already. */
function requireOwn(header: SidecarHeader, image: string, dataWriteGuid: string): void {
  if (header.dataWriteGuid === dataWriteGuid.toLowerCase()) return;
  throw corrupt('SIDECAR_OTHER_STATE', `${image}: it is the sidecar of another state, ${header.dataWriteGuid}`, {
    image,
    structure: 'sidecar',
    offset: HEADER.dataWriteGuid,
    hint: 'somebody has renamed or copied it: put the right one back; a consistency check makes that of the live replica anew',
  });
}

/** What a sidecar says is lost, and with it no byte of the disk. */
export function isSidecarLost(error: unknown): error is StorageError {
  return StorageError.isBadData(error) || (StorageError.is(error) && error.kind === 'not-found');
}
