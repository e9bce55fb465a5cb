/** Where bytes live: the port of storage. */
export {};
