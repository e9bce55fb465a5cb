/** Dates and times as text that sorts as they do, whatever their form: `2024-07-29 10:00:03.1230000`, in UTC. */
/**
 * Null for text that is no time. Read are the forms that mean one moment in every language: `2024-07-29`, `20240729`, with
 * `10:00`, `10:00:03` or `10:00:03.1234567`, behind a blank or a `T`; an offset (`Z`, `+02:00`) is taken off.
 */
export declare function timeKey(text: string): string | null;
