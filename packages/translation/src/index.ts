export * from './content.ts';
export * from './draft.ts';
export * from './language-of.ts';
export * from './model.ts';
export * from './phrase-book.ts';
export * from './translator.ts';
