/**
 * Who a process is, so that another one can later tell whether it still runs. A process id alone comes back; an id
 * with the moment that process started, counted from boot, and the boot itself, does not. No clock is involved.
 */
/** Every part is of letters, digits and dashes; `x` where the system does not tell. */
export type ProcessIdentity = {
    readonly pid: number;
    /** Clock ticks from boot to the start of the process. */
    readonly started: string;
    /** Process ids mean something only within their namespace (containers have one each). */
    readonly namespace: string;
    readonly boot: string;
    readonly machine: string;
};
/** 'unknown': it runs on another machine or in another container, or the system does not tell. */
export type Liveness = 'alive' | 'dead' | 'unknown';
export declare function ownIdentity(): ProcessIdentity;
/**
 * Dead is only said of a process that is certainly gone: its machine has booted since, or the id is free, or belongs to
 * a process that started at another moment.
 */
export declare function livenessOf(other: ProcessIdentity, own: ProcessIdentity): Liveness;
