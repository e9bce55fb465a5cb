/**
 * From text to a query: the only door to node-sql-parser, whose T-SQL grammar is loaded when the first statement comes.
 * Its tree holds more than is understood here; whatever is not carried over is refused by name, never ignored.
 */
import type { Statement } from './normalize.ts';
import type { Query } from './query.ts';
/** Throws through `fail`: a message and an offset in the statement's text. */
export type Fail = (offset: number, message: string) => Error;
export declare function parseStatement(statement: Statement, fail: Fail): Promise<Query>;
