/**
 * Constraint of the record type that a function of the user gives. It allows everything; that it names the empty tuple
 * makes TypeScript infer `[string, number]` from `w => [w, 1]`, where it would say `(string | number)[]`.
 */
// biome-ignore lint/complexity/noBannedTypes: every non-nullish value is exactly what is meant
export type Row = [] | {} | null | undefined;

/**
 * The same of what an aggregation begins with. It has no null: with it TypeScript would infer the type `""` from an empty
 * text, and `0` from 0, instead of a text and a number.
 */
// biome-ignore lint/complexity/noBannedTypes: every non-nullish value is exactly what is meant
export type Zero = [] | {};
