import { i18n, type Messages } from '@lingui/core';
import type { Language } from './preferences.ts';

const CATALOGS: Record<Language, () => Promise<{ messages: Messages }>> = {
	'zh-CN': () => import('./locales/zh-CN/messages.po'),
	en: () => import('./locales/en/messages.po'),
	'pt-BR': () => import('./locales/pt-BR/messages.po'),
	'es-MX': () => import('./locales/es-MX/messages.po'),
};

/** Loads a language's texts once and shows them. */
export async function activate(language: Language): Promise<void> {
	const { messages } = await CATALOGS[language]();
	i18n.loadAndActivate({ locale: language, messages });
	document.documentElement.lang = language;
}

/** The language being shown. */
export function shownLanguage(): Language {
	return i18n.locale as Language;
}
