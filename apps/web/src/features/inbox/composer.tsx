import { SendOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { Button, type GetRef, Input } from 'antd';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { Key } from '../../ui/key.tsx';
import { api } from '../../trpc.ts';

/** What is typed is kept at the server when it has rested for so long, and when the field is left. */
const REST_MS = 800;
/** The Enter that commits a composition reports this code in browsers that have already ended it. */
const COMPOSING_KEY_CODE = 229;

export type AnswerField = GetRef<typeof Input.TextArea>;

interface ComposerProps {
	conversationId: string;
	draft: string;
	longest: number;
	/** The platform lets nobody write here now. */
	closed: boolean;
	fieldRef: RefObject<AnswerField | null>;
	onSend: (text: string) => void;
}

/** Where an answer is written. Enter sends, but never the Enter with which an input method ends a word. */
export function Composer({ conversationId, draft, longest, closed, fieldRef, onSend }: ComposerProps) {
	const { t } = useLingui();
	const [text, setText] = useState(draft);
	const kept = useRef(draft);
	const newest = useRef(draft);
	const { mutate } = useMutation({ mutationFn: (words: string) => api.inbox.saveDraft.mutate({ conversationId, text: words }) });
	const keep = (words: string): void => {
		if (words === kept.current) return;
		kept.current = words;
		mutate(words);
	};
	useEffect(() => {
		const timer = setTimeout(() => keep(text), REST_MS);
		return () => clearTimeout(timer);
		// oxlint-disable-next-line react-hooks/exhaustive-deps
	}, [text]);
	// Leaving the conversation keeps what stands there.
	// oxlint-disable-next-line react-hooks/exhaustive-deps
	useEffect(() => () => keep(newest.current), []);
	const change = (words: string): void => {
		newest.current = words;
		setText(words);
	};
	const { length } = text;
	const tooLong = length > longest;
	const send = (): void => {
		const words = text.trim();
		if (words === '' || tooLong || closed) return;
		kept.current = '';
		change('');
		onSend(words);
	};
	if (closed)
		return (
			<p className="composer closed soft">
				<Trans>The platform lets nobody write in this conversation now. It opens again when the buyer writes or buys.</Trans>
			</p>
		);
	return (
		<form
			className="composer"
			onSubmit={(event) => {
				event.preventDefault();
				send();
			}}
		>
			<Input.TextArea
				ref={fieldRef}
				aria-label={t`Answer`}
				placeholder={t`Answer the buyer`}
				autoSize={{ minRows: 2, maxRows: 8 }}
				value={text}
				status={tooLong ? 'error' : ''}
				onChange={(event) => change(event.target.value)}
				onBlur={() => keep(text)}
				onKeyDown={(event) => {
					const { nativeEvent } = event;
					if (nativeEvent.isComposing || nativeEvent.keyCode === COMPOSING_KEY_CODE) return;
					if (event.key === 'Enter' && !event.shiftKey) {
						event.preventDefault();
						send();
					}
					if (event.key === 'Escape') event.currentTarget.blur();
				}}
			/>
			<div className="line">
				<small className="faint">
					<Key of="Enter" /> {t`sends`} · <Key of="Shift+Enter" /> {t`new line`}
				</small>
				<span className="grow" />
				<small className={tooLong ? 'risk' : 'faint'}>
					{formatNumber(shownLanguage(), length)} / {formatNumber(shownLanguage(), longest)}
				</small>
				<Button type="primary" size="small" htmlType="submit" icon={<SendOutlined aria-hidden />} disabled={text.trim() === '' || tooLong}>
					{t`Send`}
				</Button>
			</div>
		</form>
	);
}
