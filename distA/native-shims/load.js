/**
 * Picks what this process can use of the platform: the shim for it, or the portable fallback with the reason.
 * A shim that fails to load, for whatever reason, is a normal state.
 */
import { PortableHostFiles } from "../src/io/portable-host-files.js";
import { loadKoffi } from "./koffi.js";
/** The byte layouts of the shims hold on these: 64 bits, little-endian, the kernel's common ioctl numbers. */
const MACHINES = ['x64', 'arm64', 'riscv64', 'loong64'];
/** `portable`: do without the platform, as on a machine without koffi. */
export async function loadHostFiles(choice = 'best') {
    if (choice === 'portable')
        return new PortableHostFiles('asked for');
    if (!MACHINES.includes(process.arch))
        return new PortableHostFiles(`no shim for ${process.arch} machines`);
    const make = SHIMS[process.platform];
    if (make === undefined)
        return new PortableHostFiles(`no shim for ${process.platform}`);
    const koffi = loadKoffi();
    if (typeof koffi === 'string')
        return new PortableHostFiles(koffi);
    try {
        return await make(koffi);
    }
    catch (error) {
        return new PortableHostFiles(`the ${process.platform} shim does not load: ${error.message}`);
    }
}
const SHIMS = {
    linux: async (koffi) => new (await import("./linux/linux-host-files.js")).LinuxHostFiles(koffi),
    darwin: async (koffi) => new (await import("./darwin/darwin-host-files.js")).DarwinHostFiles(koffi),
    win32: async (koffi) => new (await import("./win32/win32-host-files.js")).Win32HostFiles(koffi),
};
