/** A query as values: what is understood of SQL here, and nothing else. */
export type Expression = {
    readonly kind: 'column';
    readonly table: string | null;
    readonly name: string;
} | {
    readonly kind: 'text';
    readonly value: string;
} | {
    readonly kind: 'number';
    readonly value: number | bigint;
} | {
    readonly kind: 'null';
} | {
    readonly kind: 'plus';
    readonly left: Expression;
    readonly right: Expression;
};
export type CompareOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type Condition = {
    readonly kind: 'and' | 'or';
    readonly left: Condition;
    readonly right: Condition;
} | {
    readonly kind: 'not';
    readonly of: Condition;
} | {
    readonly kind: 'compare';
    readonly operator: CompareOperator;
    readonly left: Expression;
    readonly right: Expression;
} | {
    readonly kind: 'like';
    readonly negated: boolean;
    readonly value: Expression;
    readonly pattern: Expression;
} | {
    readonly kind: 'in';
    readonly negated: boolean;
    readonly value: Expression;
    readonly list: readonly Expression[];
} | {
    readonly kind: 'null';
    readonly negated: boolean;
    readonly value: Expression;
};
export type SelectItem = {
    readonly kind: 'all';
    readonly table: string | null;
} | {
    readonly kind: 'expression';
    readonly expression: Expression;
    readonly alias: string | null;
};
export type TableReference = {
    /** `dbo.tbl_IM_DataSource`, without the database. */
    readonly name: string;
    /** Database part of a three-part name. */
    readonly database: string | null;
    readonly alias: string;
    readonly join: 'inner' | 'left';
    readonly on: Condition | null;
};
export type OrderKey = {
    readonly by: Expression;
    readonly descending: boolean;
};
export type Query = {
    readonly distinct: boolean;
    readonly top: number | null;
    readonly items: readonly SelectItem[];
    readonly from: readonly TableReference[];
    readonly where: Condition | null;
    readonly order: readonly OrderKey[];
};
/** The parts of a condition that must all hold. */
export declare function conjuncts(condition: Condition | null): Condition[];
