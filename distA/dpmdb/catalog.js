/** The catalog of a pool: what is on disk and what the database knows, side by side. Nothing is dropped, all is marked. */
import { parseGuid } from "../base/guid.js";
import { notFound, StorageError } from "../errors.js";
import { replicaName, validityText } from "./known-replicas.js";
const VALID = 2;
const ORDER = { here: 0, missing: 1, orphan: 2 };
export function makeCatalog(containers, known, source, findings = []) {
    const byId = new Map();
    for (const container of containers) {
        const same = byId.get(container.replicaId.toLowerCase());
        if (same === undefined)
            byId.set(container.replicaId.toLowerCase(), [container]);
        else
            same.push(container);
    }
    const servers = new Set(known.replicas.flatMap(({ storage }) => storage.flatMap(({ server }) => server?.toLowerCase() ?? [])));
    const entries = known.replicas.map((replica) => {
        const own = byId.get(replica.replicaId) ?? [];
        return {
            name: replicaName(replica),
            replicaId: replica.replicaId,
            state: own.length > 0 ? 'here' : 'missing',
            known: replica,
            containers: own,
            notes: notesOf(replica, own),
        };
    });
    // Data sources that are protected together share one replica: it is known as long as one of them is.
    for (const { replicaId } of known.replicas)
        byId.delete(replicaId);
    for (const [replicaId, own] of byId) {
        const foreign = servers.size > 0 && own.every(({ server }) => !servers.has(server.toLowerCase()));
        const whose = foreign ? `it lies in the folder of ${own[0].server}, another DPM server than the database's` : '';
        const notes = ['the database does not know it', ...(whose === '' ? [] : [whose])];
        entries.push({ name: replicaId, replicaId, state: 'orphan', known: null, containers: own, notes });
    }
    entries.sort((a, b) => ORDER[a.state] - ORDER[b.state] || compareNames(a.name, b.name));
    const told = known.missing.map((what) => ({
        severity: 'info',
        code: 'DPMDB_COLUMN_MISSING',
        message: `this DPMDB has no ${what}`,
        at: { image: source.database },
    }));
    return { source, entries, findings: [...findings, ...told] };
}
function notesOf(replica, containers) {
    const notes = [];
    if (replica.validity !== VALID)
        notes.push(`marked ${validityText(replica.validity)}`);
    if (replica.protectionGroup === null)
        notes.push('no longer protected');
    if (replica.storage.length > 1)
        notes.push(`on ${replica.storage.length} volumes: ${replica.storage.map(({ path }) => path).join(', ')}`);
    if (containers.length === 0) {
        notes.push('the pool lacks it: DpmSync -ReallocateReplica would allocate it anew');
        return notes;
    }
    if (containers.every((container) => container.replica === null))
        notes.push('its live replica is not here');
    const wanted = replica.storage.flatMap(({ server }) => (server === null ? [] : [server]));
    for (const { server } of containers) {
        if (wanted.length > 0 && !wanted.some((each) => each.toLowerCase() === server.toLowerCase()))
            notes.push(`it lies in the folder of ${server}, and the database says ${wanted[0]}: the name of the DPM server must be the same`);
    }
    return notes;
}
function compareNames(a, b) {
    const [left, right] = [a.toLowerCase(), b.toLowerCase()];
    return left < right ? -1 : left > right ? 1 : 0;
}
/**
 * The entry that a person means: a GUID, `SQL01\PAYROLL` (the server by either of its names), or `PAYROLL` where that is
 * enough. Slashes may lean either way; a backslash at the end may be missing.
 */
export function findByName(catalog, wanted) {
    const id = parseGuid(wanted);
    const name = plain(wanted);
    const named = catalog.entries.filter(({ replicaId, known, name: full }) => {
        if (id !== null)
            return replicaId === id;
        if (known === null)
            return false;
        const source = plain(known.dataSource ?? '');
        return (plain(full) === name ||
            `${plain(known.serverFqdn ?? '')}/${source}` === name ||
            (source !== '' && source === name));
    });
    if (named.length === 1)
        return named[0];
    if (named.length > 1) {
        throw new StorageError('conflict', 'CATALOG_NAME_AMBIGUOUS', `${named.length} data sources are called ${wanted}`, {
            hint: `say which: ${named.map(({ name: full }) => full).join(', ')}`,
        });
    }
    const names = catalog.entries.flatMap(({ known, name: full }) => (known === null ? [] : [full]));
    throw notFound('CATALOG_NAME_MISSING', `the DPM database knows no data source ${wanted}`, {
        image: catalog.source.database,
        hint: `it knows: ${names.slice(0, 20).join(', ')}${names.length > 20 ? `, and ${names.length - 20} more (pitvault catalog)` : ''}`,
    });
}
function plain(name) {
    return name.trim().replaceAll('\\', '/').replace(/\/+$/, '').toLowerCase();
}
