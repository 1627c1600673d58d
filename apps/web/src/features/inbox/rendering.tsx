import { useLingui } from '@lingui/react/macro';
import type { MessageView, RenderingView } from '@pangea/api';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { FAULT_WORDS, PHRASE_WORDS } from './translation-words.ts';

/** What a language is called by who reads. */
export function languageName(tag: string): string {
	return new Intl.DisplayNames(shownLanguage(), { type: 'language' }).of(tag) ?? tag;
}

/** Whether a message is in the language of who reads. */
export function isOwnLanguage({ language }: MessageView): boolean {
	return language === shownLanguage().split('-')[0];
}

interface RenderedProps {
	rendering: RenderingView;
	/** The message as it was written. */
	children: ReactNode;
	onAgain: () => void;
}

/** A message in two languages: side by side where there is room, else the translation first and the original one click away. */
export function Rendered({ rendering, children, onAgain }: RenderedProps) {
	const { t, i18n } = useLingui();
	const [original, setOriginal] = useState(false);
	const isText = rendering.kind === 'translation' || rendering.kind === 'own';
	if (rendering.kind === 'none') return children;
	return (
		<div className="two-languages" data-rendering={rendering.kind} data-original={original || !isText}>
			<div className="original">{children}</div>
			<div className="rendered">
				{rendering.kind === 'translation' && <small className="soft">{t`Translation`}</small>}
				{rendering.kind === 'own' && <small className="soft">{t`As its writer put it`}</small>}
				{isText && (
					<bdi className="words" dir="auto">
						{rendering.text}
					</bdi>
				)}
				{rendering.kind === 'underWay' && <small className="soft">{t`Being translated …`}</small>}
				{rendering.kind === 'refused' && (
					<small className="warn">
						{i18n._(FAULT_WORDS[rendering.fault])}{' '}
						<Button type="link" size="small" onClick={onAgain}>
							{t`Try again`}
						</Button>
					</small>
				)}
				{rendering.kind === 'gist' && (
					<small className="soft">
						{rendering.phrases.length === 0 ? (
							t`The phrase book finds no subject it knows.`
						) : (
							<>
								{t`Speaks of:`} <b>{rendering.phrases.map(({ phrase }) => i18n._(PHRASE_WORDS[phrase])).join(' · ')}</b>
							</>
						)}
					</small>
				)}
				{isText && (
					<Button className="turn" type="link" size="small" aria-expanded={original} onClick={() => setOriginal(!original)}>
						{original ? t`Hide the original` : t`Show the original`}
					</Button>
				)}
			</div>
		</div>
	);
}
