export * from './boss.ts';
export * from './definition.ts';
