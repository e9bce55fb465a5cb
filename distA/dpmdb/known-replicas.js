/**
 * What a DPM database knows of its replicas: whose data each GUID holds, and where it was kept. Tables and columns are
 * found by name, whatever the version; what a version lacks is told and left out.
 */
import { notFound } from "../errors.js";
import { tableLost } from "../sql/scope.js";
const VALIDITY = {
    1: 'inconsistent',
    2: 'valid',
    5: 'protection stopped',
    6: 'inactive',
};
/** The number's meaning as far as it is known; the number itself otherwise. */
export function validityText(validity) {
    return validity === null ? 'of unknown validity' : (VALIDITY[validity] ?? `validity ${validity}`);
}
/** `SQL01\PAYROLL`: what people call it. */
export function replicaName(replica) {
    if (replica.dataSource === null && replica.server === null)
        return replica.replicaId;
    return `${replica.server ?? '?'}\\${replica.dataSource ?? '(no name)'}`;
}
/** The tables that name replicas. Without the first two there is nothing to name. */
const REQUIRED = ['tbl_IM_DataSource', 'tbl_PRM_LogicalReplica'];
/** Throws kind `not-found` for a database that is no DPMDB. */
export function requireDpmdb(tables) {
    const name = REQUIRED.find((each) => tables.find(each) === null);
    if (name === undefined)
        return;
    if (tables.damage != null)
        throw tableLost(name, tables.name, tables.damage);
    throw notFound('DPMDB_TABLE_MISSING', `database ${tables.name} has no table ${name}: it is no DPM database`, {
        structure: name,
        hint: 'give the DPMDB.mdf of the DPM server, or a backup of it',
    });
}
/** Reads the few small tables that matter. Throws kind `not-found` for a database that is no DPMDB. */
export function readKnownPool(tables) {
    const reader = new TableReader(tables);
    requireDpmdb(tables);
    const servers = reader.byKey('tbl_AM_Server', 'ServerId', ['NetbiosName', 'ServerName']);
    const groups = reader.byKey('tbl_IM_ProtectedGroup', 'ProtectedGroupId', ['FriendlyName']);
    const sources = reader.byKey('tbl_IM_DataSource', 'DataSourceId', ['DataSourceName', 'ServerId', 'ProtectedGroupId']);
    const storage = readStorage(reader);
    const replicas = [];
    for (const [replica, source, validity] of reader.rows('tbl_PRM_LogicalReplica', [
        'PhysicalReplicaId',
        'DataSourceId',
        'Validity',
    ])) {
        const replicaId = key(replica);
        if (replicaId === null)
            continue;
        const [name, serverId, groupId] = sources.get(key(source) ?? '') ?? [];
        const [netbios, fqdn] = servers.get(key(serverId) ?? '') ?? [];
        const [group] = groups.get(key(groupId) ?? '') ?? [];
        replicas.push({
            replicaId,
            dataSource: text(name),
            server: text(netbios) ?? text(fqdn),
            serverFqdn: text(fqdn),
            protectionGroup: text(group) ?? key(groupId),
            validity: typeof validity === 'number' ? validity : null,
            storage: storage.get(replicaId) ?? [],
        });
    }
    return { replicas, missing: reader.missing };
}
/** Modern storage: replica to volume to path. Legacy storage: the mount point of the replica volume. */
function readStorage(reader) {
    const found = new Map();
    const add = (replica, path) => {
        if (replica === null)
            return;
        const known = found.get(replica);
        if (known === undefined)
            found.set(replica, [path]);
        else
            known.push(path);
    };
    const volumes = reader.byKey('tbl_STM_Volume', 'StorageId', ['AccessPath', 'Server']);
    for (const [replica, volume] of reader.rows('tbl_PRM_ReplicaVolume', ['ReplicaId', 'StorageId'])) {
        const [path, server] = volumes.get(key(volume) ?? '') ?? [];
        if (text(path) !== null)
            add(key(replica), { path: text(path), server: text(server) });
    }
    const usageReplica = 1;
    for (const [replica, usage, path] of reader.rows('tbl_SPM_Volume', ['VolumeSetID', 'Usage', 'MountPointPath']))
        if (usage === usageReplica && text(path) !== null)
            add(key(replica), { path: text(path), server: null });
    return found;
}
/** Rows by the names of their columns. */
class TableReader {
    missing = [];
    #tables;
    constructor(tables) {
        this.#tables = tables;
    }
    *rows(name, columns) {
        const table = this.#tables.find(name);
        if (table === null) {
            this.missing.push(name);
            return;
        }
        const places = columns.map((column) => table.columns.find((each) => each.name.toLowerCase() === column.toLowerCase()));
        for (const [i, place] of places.entries())
            if (place === undefined)
                this.missing.push(`${name}.${columns[i]}`);
        const present = places.flatMap((place) => (place === undefined ? [] : [place.name]));
        for (const row of table.rows(present)) {
            let next = 0;
            yield places.map((place) => (place === undefined ? null : row[next++]));
        }
    }
    byKey(name, keyColumn, columns) {
        const map = new Map();
        for (const [id, ...values] of this.rows(name, [keyColumn, ...columns])) {
            const known = key(id);
            if (known !== null)
                map.set(known, values);
        }
        return map;
    }
}
function key(value) {
    return value == null || value instanceof Uint8Array ? null : String(value).toLowerCase();
}
function text(value) {
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
