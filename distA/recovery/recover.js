/** Recovery: from an image or a pool to files in a folder, with a report. */
var __addDisposableResource = (this && this.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (this && this.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isoTime } from "../base/iso-time.js";
import { shellWord } from "../base/shell-word.js";
import { CopyEngine, THREADS_MIN } from "../copy/copy-engine.js";
import { asStorageError, invalidArgument, notFound, StorageError, throwIfCancelled } from "../errors.js";
import { chooseShadow } from "../image/choose-shadow.js";
import { splitLocator } from "../image/source.js";
import { chooseVolume } from "../pool/replica-volume.js";
import { choosePoint, findPoint, pointsByTime, StoragePool, } from "../pool/storage-pool.js";
import { doubtsAbout } from "../pool/twins.js";
import { VERSION } from "../version.js";
import { checkDatabases } from "./database-health.js";
import { nextCommands, REPORT_SCHEMA, reportText, } from "./report.js";
import { findDpmdb, selectByGlob } from "./select-files.js";
import { Staging } from "./staging.js";
import { isTargetFull, prepareTarget, settle, targetFull, writeReport } from "./target-folder.js";
import { FileWriter } from "./write-files.js";
/** Recovers files and writes `recovery-report.json` beside them. Damage costs the damaged files or ranges, not the job. */
export async function recover(source, options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        if (options.files !== undefined && options.datasource !== undefined) {
            throw invalidArgument('RECOVER_SELECTION', 'give either a datasource or files, not both');
        }
        if (!(source instanceof StoragePool))
            return recoverFrom(source, null, options);
        const state = await chooseState(source, options);
        const image = __addDisposableResource(env_1, await orOtherState(state, () => state.point.open()), true);
        await orOtherState(state, async () => chooseVolume(image, state.container, options.volume).requireFileSystem());
        return await recoverFrom(image, state, options);
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = __disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
/** What keeps this state from being read may not keep others: the error says which one to try next. */
async function orOtherState({ container, point }, open) {
    try {
        return await open();
    }
    catch (error) {
        if (!StorageError.isDamage(error) || error.kind === 'invalid-argument')
            throw error;
        const twin = container.twins.find(({ id, isReplica }) => id === point.id && isReplica === point.isReplica);
        if (twin !== undefined) {
            const hint = `a second copy of this state may be whole: give the root of ${twin.folder} alone`;
            throw new StorageError(error.kind, error.code, error.message, { ...error.at, hint, cause: error });
        }
        const others = (await pointsByTime(container)).filter((other) => other.point !== point && other.point.locator);
        const next = others.findLast(({ time }) => point.isReplica || time.ms <= point.diskModifiedMs) ?? others.at(-1);
        if (next === undefined)
            throw error;
        const other = `another state of this replica, captured at ${isoTime(next.time.ms)}, may be whole: --point ${next.point.id}`;
        const hint = error.hint === undefined ? other : `${error.hint}; ${other}`;
        throw new StorageError(error.kind, error.code, error.message, { ...error.at, hint, cause: error });
    }
}
/** The replica the user named, the only one there is, or the one that holds DPMDB; then the wanted state of it. */
export async function chooseState(pool, options) {
    const candidates = withPoint(pool.select(options), options.point);
    const container = options.files === undefined && candidates.length > 1
        ? await findDpmdbContainer(candidates, options)
        : onlyContainer(candidates);
    return { container, point: await choosePoint(container, pointChoice(options)) };
}
function pointChoice({ latest, at, point }) {
    return { latest, atMs: at?.getTime(), point };
}
/** A recovery point belongs to one replica, so naming it names the replica too. */
function withPoint(containers, point) {
    if (point === undefined)
        return containers;
    const found = containers.filter((container) => findPoint(container, point) !== undefined);
    return found.length > 0 ? found : containers;
}
function onlyContainer(candidates) {
    if (candidates.length === 1)
        return candidates[0];
    throw new StorageError('conflict', 'RECOVER_REPLICA_AMBIGUOUS', `the pool has ${candidates.length} replicas`, {
        hint: `choose with --replica: ${candidates.map((container) => container.replicaId).join(', ')}`,
    });
}
/** Looks into every container; one that cannot be read in any of its states is told about, not fatal. */
async function findDpmdbContainer(candidates, options) {
    const found = [];
    const unreadable = [];
    for (const container of candidates) {
        throwIfCancelled(options.signal);
        const verdict = await holdsDpmdb(container, options);
        if (verdict === true)
            found.push(container);
        else if (verdict !== false)
            unreadable.push(`${container.replicaId}: ${verdict}`);
    }
    if (found.length === 1)
        return found[0];
    if (found.length > 1) {
        throw new StorageError('conflict', 'RECOVER_DPMDB_AMBIGUOUS', `${found.length} replicas hold a DPMDB`, {
            hint: `choose with --replica or --server: ${found.map((container) => `${container.server}/${container.replicaId}`).join(', ')}`,
        });
    }
    throw notFound('RECOVER_NO_DPMDB', `none of ${candidates.length} replicas holds DPMDB`, {
        hint: `${unreadable.length > 0 ? `not readable: ${unreadable.join('; ')}. ` : ''}the database may be on another volume of the pool, or protected elsewhere; \`pitvault scan\` shows what is here`,
    });
}
/** Whether the newest state that can be read holds DPMDB; why not, when there is no such state. */
async function holdsDpmdb(container, options) {
    let reason = 'it holds no disk';
    for await (const point of newestFirst(container)) {
        throwIfCancelled(options.signal);
        try {
            const env_2 = { stack: [], error: void 0, hasError: false };
            try {
                const image = __addDisposableResource(env_2, await point.open(), true);
                return findDpmdb(chooseVolume(image, container, options.volume).requireFileSystem()).length > 0;
            }
            catch (e_2) {
                env_2.error = e_2;
                env_2.hasError = true;
            }
            finally {
                const result_2 = __disposeResources(env_2);
                if (result_2)
                    await result_2;
            }
        }
        catch (error) {
            if (!StorageError.isDamage(error) || error.kind === 'invalid-argument')
                throw error;
            reason = error.message;
        }
    }
    return reason;
}
/** The live replica, which nearly always decides; only after it are the others opened to learn their times. */
async function* newestFirst({ replica, ...container }) {
    if (replica !== null && replica.locator !== null)
        yield replica;
    const timed = await pointsByTime({ ...container, replica: null });
    for (const { point } of timed.reverse())
        if (point.locator !== null)
            yield point;
}
async function recoverFrom(image, state, options) {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
        const started = new Date();
        const volume = chooseShadow(chooseVolume(image, state?.container ?? null, options.volume), options);
        const fileSystem = volume.requireFileSystem();
        const engine = __addDisposableResource(env_3, new CopyEngine({ threads: options.threads ?? 2 }), true);
        if (volume.map.size >= THREADS_MIN)
            await engine.start();
        const { entries, unmatched } = await selectEntries(fileSystem, image.name, state, options);
        const out = resolve(options.out);
        const warnings = prepareTarget(out);
        for (const { message } of volume.shadowDamage) {
            warnings.push(`the store of the shadow copy is damaged where no file's bytes depend on it: ${message}`);
        }
        if (state !== null)
            warnings.push(...(await doubtsAbout(state.container, state.point, pointChoice(options))));
        const source = await describeSource(image, volume, fileSystem, state);
        const staging = new Staging(out, stagingKey(image, volume, options));
        for (const name of staging.others) {
            warnings.push(`${join(out, name)} is what another run has left unfinished: the same command of the same version goes on with it; else remove it`);
        }
        const total = entries.reduce((sum, entry) => sum + entry.size, 0);
        let done = 0;
        const writer = new FileWriter(fileSystem, engine, staging, out, {
            hash: options.hash ?? true,
            salvage: options.salvage ?? false,
            force: options.force ?? false,
            streams: options.streams ?? false,
            sync: options.sync ?? false,
            host: options.host,
            signal: options.signal,
            onBytes: (bytes, file) => options.onProgress?.((done += bytes), total, file),
        });
        try {
            await writer.write(entries);
            staging.flush();
        }
        catch (error) {
            noteWhole(staging);
            throw isTargetFull(error) ? targetFull(out, error) : error;
        }
        let files = settle(writer.files, staging, out, {
            force: options.force ?? false,
            sync: options.sync ?? false,
            isSource: (path) => image.readsFrom(path),
        });
        if (options.checkDatabases !== false)
            files = await checkDatabases(files, out, warnings, options);
        for (const glob of unmatched)
            warnings.push(`no file matches ${glob}: nothing of it was recovered`);
        const report = {
            ...makeReport(started, source, out, warnings, files, fileSystem),
            ...(unmatched.length > 0 ? { unmatched } : {}),
        };
        writeReport(out, reportText(report), options.sync ?? false);
        return report;
    }
    catch (e_3) {
        env_3.error = e_3;
        env_3.hasError = true;
    }
    finally {
        const result_3 = __disposeResources(env_3);
        if (result_3)
            await result_3;
    }
}
/** What is whole is noted for the next run. Where that fails too (a full disk), what ended this one is the error to tell. */
function noteWhole(staging) {
    try {
        staging.flush();
    }
    catch (error) {
        if (asStorageError(error).kind !== 'io')
            throw error;
    }
}
async function selectEntries(fileSystem, image, state, options) {
    if (options.files !== undefined)
        return selectByGlob(fileSystem, options.files, image);
    if (options.datasource === undefined && state === null)
        return selectByGlob(fileSystem, ['**'], image);
    const entries = findDpmdb(fileSystem);
    if (entries.length > 0)
        return { entries, unmatched: [] };
    throw notFound('RECOVER_NO_DPMDB', `${image} holds no DPMDB files`, {
        image,
        hint: `choose files yourself: pitvault ls -R ${shellWord(image)}, then recover with --files`,
    });
}
/** Two runs with the same key do the same work, so the second may go on where the first stopped. */
function stagingKey(image, volume, options) {
    const host = statSync(splitLocator(image.source.name)[0], { throwIfNoEntry: false });
    return JSON.stringify([
        image.name,
        host?.mtimeMs ?? 0,
        image.disk.dataIdentity,
        image.disk.size,
        volume.number,
        volume.name,
        volume.dynamic?.extents.map((extent) => extent.image) ?? null, // a disk that is there now was zeros to --salvage
        options.files ?? options.datasource ?? null,
        options.salvage ?? false,
        options.streams ?? false,
    ]);
}
async function describeSource(image, volume, fileSystem, state) {
    const time = state === null ? null : await state.point.time();
    const { label, dirty } = fileSystem.info;
    return {
        image: volume.name,
        ...(state === null
            ? {}
            : { server: state.container.server, replicaId: state.container.replicaId, pointId: state.point.id }),
        ...(time === null ? {} : { capturedAt: isoTime(time.ms) ?? 'unknown', capturedAtSource: time.source }),
        format: `${image.disk.format} ${image.disk.type}`,
        dataIdentity: image.disk.dataIdentity,
        volume: { number: volume.number, guid: volume.guid, label, dirty },
        findings: [...image.findings, ...fileSystem.findings],
    };
}
function makeReport(started, source, out, warnings, files, fileSystem) {
    const written = files.filter((file) => file.target !== undefined && file.status !== 'failed');
    const unreadableBytes = files.reduce((sum, file) => sum + (file.unreadable ?? []).reduce((part, range) => part + range.length, 0), 0);
    return {
        schema: REPORT_SCHEMA,
        pitvault: VERSION,
        started: started.toISOString(),
        finished: new Date().toISOString(),
        source,
        target: out,
        warnings,
        totals: {
            files: written.length,
            bytes: written.reduce((sum, file) => sum + file.size, 0),
            clonedBytes: written.reduce((sum, file) => sum + (file.clonedBytes ?? 0), 0),
            failed: files.filter((file) => file.status === 'failed').length,
            unreadableBytes,
        },
        lost: [`access control lists and owners (${fileSystem.info.kind} security descriptors are not carried over)`],
        next: nextCommands(written, (relative) => join(out, ...relative.split('/'))),
        files,
    };
}
