import { useLingui } from '@lingui/react/macro';
import { LANGUAGES, LONGEST_MESSAGE } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { isComposing } from '../../keys.ts';
import { errorSentence } from '../../problems.ts';
import { api } from '../../trpc.ts';
import { Key } from '../../ui/key.tsx';
import { languageName } from './rendering.tsx';

interface OwnWordsProps {
	conversationId: string;
	text: string;
	/** In which the buyer is answered, and whether their messages tell it. */
	buyer: { language: string; told: boolean };
	/** Whether the answer below was made from other words than these. */
	stale: boolean;
	onChange: (text: string) => void;
	onKeep: () => void;
	/** The words in the buyer's language; they go into the answer, and nowhere else. */
	onTranslated: (answer: string, own: string) => void;
}

/** Where a member writes in their own language. Enter translates into the answer below; only that is ever sent, by an Enter of its own. */
export function OwnWords({ conversationId, text, buyer, stale, onChange, onKeep, onTranslated }: OwnWordsProps) {
	const { t, i18n } = useLingui();
	const [into, setInto] = useState(buyer.language);
	const translate = useMutation({
		mutationFn: (own: string) => api.inbox.translateAnswer.mutate({ conversationId, text: own, into }),
		onSuccess: (made, own) => onTranslated(made.text, own),
	});
	const go = (): void => {
		if (text.trim() !== '' && !translate.isPending) translate.mutate(text.trim());
	};
	const tongues = [...new Set([buyer.language, ...LANGUAGES])];
	const mine = languageName(shownLanguage());
	return (
		<div className="composer own-words">
			<Input.TextArea
				aria-label={t`In your own words, in ${mine}`}
				placeholder={t`Write in ${mine}`}
				autoSize={{ minRows: 1, maxRows: 6 }}
				maxLength={LONGEST_MESSAGE}
				value={text}
				onChange={(event) => onChange(event.target.value)}
				onBlur={onKeep}
				onKeyDown={(event) => {
					if (isComposing(event.nativeEvent)) return;
					if (event.key === 'Enter' && !event.shiftKey) {
						event.preventDefault();
						go();
					}
					if (event.key === 'Escape') event.currentTarget.blur();
				}}
			/>
			<div className="line">
				<small className={stale ? 'warn' : 'faint'} role={stale ? 'status' : undefined}>
					{stale ? (
						t`The answer below is of other words than these.`
					) : (
						<>
							<Key of="Enter" /> {t`translates, sends nothing`}
						</>
					)}
				</small>
				<span className="grow" />
				<Select
					size="small"
					variant="borderless"
					aria-label={t`Language of the answer`}
					popupMatchSelectWidth={false}
					value={into}
					onChange={setInto}
					options={tongues.map((value) => ({ value, label: languageName(value) }))}
				/>
				<Button size="small" disabled={text.trim() === ''} loading={translate.isPending} onClick={go}>
					{t`Translate`}
				</Button>
			</div>
			{translate.error && (
				<p className="overtaken" role="alert">
					{errorSentence(i18n, translate.error)}
				</p>
			)}
		</div>
	);
}
