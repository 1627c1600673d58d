/** Languages in which people are spoken to. */
export const LANGUAGES = ['zh-CN', 'en', 'pt-BR', 'es-MX'] as const;
export type Language = (typeof LANGUAGES)[number];
