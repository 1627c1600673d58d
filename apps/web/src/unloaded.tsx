import { Button, ConfigProvider } from 'antd';
import { useEffect, useLayoutEffect } from 'react';
import { type Language, rowHeight } from './preferences.ts';
import { antdTheme, applyTokens } from './tokens.ts';
import { Empty } from './ui/empty.tsx';
import { useMedia } from './ui/media.ts';

/** These stand in no catalogue: they are said when the catalogue did not come. */
const WORDS: Record<Language, { title: string; advice: string; again: string }> = {
	'zh-CN': { title: '页面没有加载完', advice: '网络可能断了一下。', again: '重试' },
	en: {
		title: 'The page did not load completely',
		advice: 'The connection may have been lost for a moment.',
		again: 'Try again',
	},
	'pt-BR': {
		title: 'A página não carregou por completo',
		advice: 'A conexão pode ter caído por um momento.',
		again: 'Tentar de novo',
	},
	'es-MX': {
		title: 'La página no cargó por completo',
		advice: 'Es posible que se haya perdido la conexión por un momento.',
		again: 'Intentar de nuevo',
	},
};

/** In place of the workbench, where the words of its language did not come. */
export function Unloaded({ language }: { language: Language }) {
	const mode = useMedia('(prefers-color-scheme: dark)') ? 'dark' : 'light';
	useLayoutEffect(() => {
		document.documentElement.lang = language;
		applyTokens(mode, 'green', rowHeight('auto', language));
	}, [mode, language]);
	useEffect(() => {
		const again = (): void => location.reload();
		addEventListener('online', again);
		return () => removeEventListener('online', again);
	}, []);
	const { title, advice, again } = WORDS[language];
	return (
		<ConfigProvider theme={antdTheme(mode, true)} button={{ autoInsertSpace: false }}>
			<main>
				<Empty alone title={title} action={<Button onClick={() => location.reload()}>{again}</Button>}>
					{advice}
				</Empty>
			</main>
		</ConfigProvider>
	);
}
