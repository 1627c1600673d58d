import type { Language } from '../../preferences.ts';

/** Each language in its own words. */
export const LANGUAGE_NAMES: Record<Language, string> = { 'zh-CN': '简体中文', en: 'English', 'pt-BR': 'Português', 'es-MX': 'Español' };
