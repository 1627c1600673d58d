export * from './goods.ts';
export * from './paper.ts';
export { openingTracks } from './platforms.ts';
export * from './track.ts';
