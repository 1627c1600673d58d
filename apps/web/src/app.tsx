import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ConfigProvider } from 'antd';
import type { Locale } from 'antd/es/locale/index.js';
import { useEffect, useLayoutEffect, useState } from 'react';
import { activate } from './i18n.ts';
import { chooseLanguage, type Language, riseIsRed, rowHeight, usePreferences } from './preferences.ts';
import { router } from './router.tsx';
import { antdTheme, applyTokens } from './tokens.ts';
import { queryClient, trpc } from './trpc.ts';
import { useMedia } from './ui/media.ts';
import { Toasts } from './ui/toast.tsx';

const KIT_TEXTS: Record<Language, () => Promise<{ default: Locale | { default: Locale } }>> = {
	'zh-CN': () => import('antd/es/locale/zh_CN.js'),
	en: () => import('antd/es/locale/en_US.js'),
	'pt-BR': () => import('antd/es/locale/pt_BR.js'),
	'es-MX': () => import('antd/es/locale/es_ES.js'),
};

export function App() {
	return (
		<QueryClientProvider client={queryClient}>
			<Dressed />
		</QueryClientProvider>
	);
}

/** Language, theme and measures around everything. */
function Dressed() {
	const kept = usePreferences();
	const me = useQuery(trpc.session.me.queryOptions());
	const wanted = chooseLanguage(kept.language, me.data?.language ?? null, navigator.languages);
	const [shown, setShown] = useState<Language>(i18n.locale as Language);
	const [kitTexts, setKitTexts] = useState<Locale>();
	useEffect(() => {
		let current = true;
		void Promise.all([activate(wanted), KIT_TEXTS[wanted]()]).then(([, texts]) => {
			if (!current) return;
			setKitTexts(unwrap(texts.default));
			setShown(wanted);
		});
		return () => {
			current = false;
		};
	}, [wanted]);

	const systemDark = useMedia('(prefers-color-scheme: dark)');
	const still = useMedia('(prefers-reduced-motion: reduce)');
	const mode = kept.theme === 'system' ? (systemDark ? 'dark' : 'light') : kept.theme;
	const rise = riseIsRed(kept.rise, shown) ? 'red' : 'green';
	const height = rowHeight(kept.density, shown);
	useLayoutEffect(() => applyTokens(mode, rise, height), [mode, rise, height]);

	return (
		<I18nProvider i18n={i18n}>
			<ConfigProvider theme={antdTheme(mode, still)} locale={kitTexts} button={{ autoInsertSpace: false }}>
				<div key={shown} className="app">
					<RouterProvider router={router} />
					<Toasts />
				</div>
			</ConfigProvider>
		</I18nProvider>
	);
}

// The kit's text files are CommonJS in some builds and modules in others.
function unwrap(texts: Locale | { default: Locale }): Locale {
	return 'default' in texts ? texts.default : texts;
}
