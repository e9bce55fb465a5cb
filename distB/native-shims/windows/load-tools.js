/** The tools of this Windows, or null on another system. Their text is in the code page that consoles have here. */
import * as commands from "./commands.js";
import { toolRunner } from "./run-tool.js";
import { WindowsMounts } from "./windows-mounts.js";
export async function loadWindowsTools() {
    if (process.platform !== 'win32')
        return null;
    const { out } = await toolRunner()(commands.codePage());
    const codePage = /(\d{3,5})\D*$/.exec(out)?.[1];
    return new WindowsMounts(codePage === undefined ? toolRunner() : toolRunner(Number(codePage)));
}
