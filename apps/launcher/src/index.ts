export * from './workbench.ts';
export * from './demo/bindings.ts';
