export * from './database.ts';
export * from './witness.ts';
export { valueAt, withValues } from './json-tree.ts';
export { documentMutations, mutate, type Mutation, type MutationKind, recordMutations } from './mutation.ts';
export { closedSchema, schemaFields } from './schema-fields.ts';
export { AGREED, type Hearing, settle, type Verdict } from './referee.ts';
export * from './totp.ts';
export * from './model-server.ts';
export * from './sftp-server.ts';
