import { type Language, LANGUAGES } from '@pangea/domain';
import { useSyncExternalStore } from 'react';

export { LANGUAGES, type Language };

export type Theme = 'system' | 'light' | 'dark';
/** `auto` follows the language: compact rows and a red rise for Chinese, comfortable rows and a green rise for the others. */
export type Density = 'auto' | 'compact' | 'comfortable';
export type Rise = 'auto' | 'green' | 'red';
export type Clock = 'beijing' | 'workspace' | 'store';

/** How one person on one device likes to see things. Nothing of the workspace's data is kept here. */
export interface Preferences {
	/** Null: the account's language, else the browser's. */
	language: Language | null;
	theme: Theme;
	density: Density;
	rise: Rise;
	clock: Clock;
	railOpen: boolean;
	workspaceId: string | null;
	/** Whether what concerns the person in the inbox is told beside the page, with the buyer's words, and how loud, from 0 to 1. */
	alerts: boolean;
	alertWords: boolean;
	alertVolume: number;
}

const KEY = 'pangea.preferences';
const INITIAL: Preferences = {
	language: null,
	theme: 'system',
	density: 'auto',
	rise: 'auto',
	clock: 'workspace',
	railOpen: true,
	workspaceId: null,
	alerts: false,
	alertWords: false,
	alertVolume: 0,
};

const CHOICES: { [K in keyof Preferences]: (value: unknown) => value is Preferences[K] } = {
	language: (v): v is Language | null => v === null || isLanguage(v),
	theme: oneOf(['system', 'light', 'dark']),
	density: oneOf(['auto', 'compact', 'comfortable']),
	rise: oneOf(['auto', 'green', 'red']),
	clock: oneOf(['beijing', 'workspace', 'store']),
	railOpen: (v): v is boolean => typeof v === 'boolean',
	workspaceId: (v): v is string | null => v === null || typeof v === 'string',
	alerts: (v): v is boolean => typeof v === 'boolean',
	alertWords: (v): v is boolean => typeof v === 'boolean',
	alertVolume: (v): v is number => typeof v === 'number' && v >= 0 && v <= 1,
};

function oneOf<T extends string>(values: readonly T[]): (value: unknown) => value is T {
	return (value): value is T => values.some((v) => v === value);
}

export function isLanguage(value: unknown): value is Language {
	return LANGUAGES.some((language) => language === value);
}

/** Reads what was kept, dropping whatever an older or a tampered record holds that we do not understand. */
export function readPreferences(text: string | null): Preferences {
	let kept: unknown;
	try {
		kept = JSON.parse(text ?? '{}');
	} catch {
		return INITIAL;
	}
	if (typeof kept !== 'object' || kept === null) return INITIAL;
	const valid = Object.entries(kept).filter(([key, value]) => key in CHOICES && CHOICES[key as keyof Preferences](value));
	return { ...INITIAL, ...Object.fromEntries(valid) };
}

// Private windows and strict settings may refuse storage; the screens then simply forget.
function stored(): string | null {
	try {
		return localStorage.getItem(KEY);
	} catch {
		return null;
	}
}

let current = readPreferences(stored());
const listeners = new Set<() => void>();

export function preferences(): Preferences {
	return current;
}

export function setPreferences(change: Partial<Preferences>): void {
	current = { ...current, ...change };
	try {
		localStorage.setItem(KEY, JSON.stringify(current));
	} catch {
		// Kept for this page only.
	}
	for (const listener of listeners) listener();
}

export function subscribePreferences(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

globalThis.addEventListener?.('storage', (event) => {
	if (event.key !== KEY) return;
	current = readPreferences(event.newValue);
	for (const listener of listeners) listener();
});

export function usePreferences(): Preferences {
	return useSyncExternalStore(subscribePreferences, preferences);
}

/** The language to show: the device's choice, then the account's, then the first of the browser's that we have. */
export function chooseLanguage(kept: Language | null, account: string | null, browser: readonly string[]): Language {
	if (kept) return kept;
	if (isLanguage(account)) return account;
	for (const tag of browser) {
		const base = tag.split('-')[0]?.toLowerCase();
		if (base === 'zh') return 'zh-CN';
		if (base === 'pt') return 'pt-BR';
		if (base === 'es') return 'es-MX';
		if (base === 'en') return 'en';
	}
	return 'en';
}

export function rowHeight(density: Density, language: Language): number {
	const compact = density === 'auto' ? language === 'zh-CN' : density === 'compact';
	return compact ? 30 : 40;
}

export function riseIsRed(rise: Rise, language: Language): boolean {
	return rise === 'auto' ? language === 'zh-CN' : rise === 'red';
}
