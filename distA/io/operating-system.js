/** Node's `os`, loaded when it is asked for: that takes 1 ms, which no short command should pay at its start. */
export function operatingSystem() {
    return process.getBuiltinModule('node:os');
}
