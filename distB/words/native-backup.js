/**
 * The procedure "native SQL Server backup to a share that DPM protects" as steps with the user's own names: folder, share,
 * script, ScriptingConfig.xml, protection; the mistakes of the printed one put right (the script's path is the one where it
 * was saved, the namespace is the one that DPM reads). Pure.
 */
import { checkScriptingConfig, setScripts } from "./scripting-config.js";
export const SCRIPT_FILE = 'bkupdb.cmd';
export const CONFIG_FILE = 'ScriptingConfig.xml';
export function scriptPath({ folder }) {
    return `${folder}\\${SCRIPT_FILE}`;
}
/** Where the agent reads its scripts' configuration. */
export function configPath({ sqlServer, version }) {
    const center = `Microsoft System Center${version === '2016' ? ' 2016' : ''}\\DPM`;
    const product = sqlServer === undefined ? center : 'Microsoft Data Protection Manager';
    return `C:\\Program Files\\${product}\\DPM\\Scripting\\${CONFIG_FILE}`;
}
/** The script, its lines ended as cmd wants them. `-b` ends it with an error when SQL Server reports one. */
export function backupScript({ instance, database, folder }) {
    const at = instance === '' ? 'localhost' : `localhost\\${instance}`;
    const name = `[${database.replaceAll(']', ']]')}]`;
    const disk = `${folder}\\dpmdb.bak`.replaceAll("'", "''");
    const line = `OSQL -E -b -S ${at} -Q "BACKUP DATABASE ${name} TO DISK='${disk}' WITH FORMAT"`;
    return `${line.replaceAll('%', '%%')}\r\n`;
}
/** The agent's configuration with the script in it; `text`: as it is now, null where nobody knows. */
export function backupConfig(facts, text) {
    return setScripts(text, {
        dataSourceName: facts.folder.slice(0, 2),
        preBackupScript: scriptPath(facts),
        timeOut: facts.timeOut,
    });
}
/** What would make DPM pass over the script. */
export function checkBackupConfig(facts, text) {
    return checkScriptingConfig(text, { savedScript: scriptPath(facts), protectedPath: facts.folder });
}
export function nativeBackupSteps(facts) {
    const { folder, share, server, sqlServer, version } = facts;
    const on = sqlServer === undefined ? 'the DPM server' : 'the SQL Server';
    const config = configPath(facts);
    const guid = '<guid>';
    const inReplica = `${guid}\\Full\\${folder.slice(3)}`;
    const steps = [
        ...(sqlServer === undefined
            ? []
            : [
                {
                    title: `Install the DPM protection agent on ${sqlServer}`,
                    on: 'the DPM server',
                    windows: [`# DPM console: Management, Agents, Install: ${sqlServer}`],
                    pitvault: [],
                    verify: 'the agent is listed with the status OK',
                },
            ]),
        {
            title: 'Make a folder on a drive with room for one copy of the backup',
            on,
            windows: [`md "${folder}"`],
            pitvault: [],
            verify: `dir "${folder}" shows it; the free bytes are more than the size of the database`,
        },
        {
            title: 'Share it',
            on,
            windows: [`net share ${word(share)}="${folder}"`],
            pitvault: [],
            verify: `net share ${word(share)} names the folder`,
        },
        {
            title: `Save the script as ${scriptPath(facts)}`,
            on,
            windows: [backupScript(facts).trimEnd()],
            pitvault: [`pitvault runbook native-backup ... --execute --out DIR   # writes ${SCRIPT_FILE} and ${CONFIG_FILE}`],
            verify: `dir /b "${folder}" shows ${SCRIPT_FILE} and no .txt behind it; run once, it leaves dpmdb.bak (pitvault check dpmdb.bak)`,
        },
        {
            title: 'Let the agent run it before each backup',
            on,
            windows: [`notepad "${config}"`],
            pitvault: [
                `pitvault scripting-config set "${config}" --datasource ${folder.slice(0, 2)} --pre "${scriptPath(facts)}" --timeout ${facts.timeOut}`,
            ],
            verify: `pitvault scripting-config check "${config}" --saved-as "${scriptPath(facts)}" --protected "${folder}" has no findings`,
        },
        {
            title: 'Protect the folder (or the share) with DPM, and wait for the initial replica',
            on: 'the DPM server',
            windows: [`# DPM console: Protection, New: ${sqlServer ?? server}, ${folder}`],
            pitvault: [`pitvault versions POOL '/${guid}/Full/${folder.slice(3).replaceAll('\\', '/')}/dpmdb.bak'`],
            verify: 'dpmdb.bak is in the folder, and in the replica',
        },
        ...(version === '2016'
            ? [
                {
                    title: 'Share the folder of the replica, where self-service recovery is off',
                    on: 'the DPM server',
                    windows: [`net share ${shortName(server)}-dpmdb="<replica path>\\${inReplica}"`],
                    pitvault: [],
                    verify: `\\\\${server}\\${shortName(server)}-dpmdb shows dpmdb.bak; its Previous Versions are the recovery points`,
                },
            ]
            : []),
    ];
    return steps.map((step, index) => ({ ...step, number: index + 1 }));
}
/** `findings`: of the configuration that was written; undefined where none was. */
export function nativeBackupRules(facts, findings) {
    const has = (...codes) => findings === undefined ? undefined : !findings.some(({ code }) => codes.includes(code));
    const rule = (id, sentence, known, detail) => ({
        id,
        sentence,
        outcome: known === undefined ? 'to check' : known ? 'pass' : 'fail',
        detail,
    });
    return [
        rule('R-22', 'Not an option if the database is hosted locally, and you want to enable secondary protection.', facts.sqlServer === undefined ? undefined : true, facts.sqlServer === undefined
            ? 'use a remote SQL Server if a secondary server shall protect this one'
            : `it is on ${facts.sqlServer}`),
        rule('R-24', 'Not a good option for disaster recovery', undefined, 'keep a copy elsewhere too: tape, Azure, or a secondary server'),
        rule('R-29', 'Only supports 64 recovery points.', undefined, 'a retention range of at most 64 points'),
        rule('R-31', 'If the DPM database is located on a remote SQL Server, install the DPM agent on that server.', facts.sqlServer === undefined ? true : undefined, facts.sqlServer === undefined ? 'it is on the DPM server' : `on ${facts.sqlServer}`),
        rule('R-48', "Ensure that there's no .txt extension.", has('SCRIPTING_EXTENSION'), scriptPath(facts)),
        rule('R-49', 'change DataSourceName= to be the drive letter that contains the DPMDBBACKUP folder/share', has('SCRIPTING_DATASOURCE', 'SCRIPTING_SAVED_ELSEWHERE'), facts.folder.slice(0, 2)),
        rule('R-50', 'a drive with enough free space to hold a single copy of a backup', undefined, `free space of ${facts.folder.slice(0, 2)} against the size of ${facts.database}`),
    ];
}
/** As one word for cmd. */
function word(text) {
    return /^[\w.$-]+$/.test(text) ? text : `"${text}"`;
}
function shortName(server) {
    return server.split('.')[0];
}
