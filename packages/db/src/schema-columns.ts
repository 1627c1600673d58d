import type { ColumnType } from 'kysely';

/** int8 columns: read as decimal text (a JavaScript number would lose digits), written as text, number or bigint. */
export type Int8 = ColumnType<string, string | number | bigint, string | number | bigint>;
/** timestamptz columns: ISO text in UTC with milliseconds both ways. */
export type Time = ColumnType<string, string, string>;
export type DefaultTime = ColumnType<string, string | undefined, string>;
export type Json<T> = ColumnType<T, string, string>;
export type JsonDefault<T> = ColumnType<T, string | undefined, string>;
export type DefaultArray<T> = ColumnType<T[], T[] | undefined, T[]>;
