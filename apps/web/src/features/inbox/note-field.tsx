import { useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { Button, type GetRef, Mentions } from 'antd';
import { type RefObject, useState } from 'react';
import { isComposing } from '../../keys.ts';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { Key } from '../../ui/key.tsx';
import { say } from '../../ui/toast.tsx';
import { namedIn } from './mentions.ts';

/** The list of names while one is chosen. */
const CHOICE = '.ant-mentions-dropdown:not(.ant-mentions-dropdown-hidden)';

export type NoteInput = GetRef<typeof Mentions>;

interface NoteFieldProps {
	conversationId: string;
	/** Names of the workspace's people by id. */
	people: ReadonlyMap<string, string>;
	fieldRef: RefObject<NoteInput | null>;
	/** Leads back to the answer. */
	onLeave: () => void;
}

/** Where members tell each other something that no buyer gets. */
export function NoteField({ conversationId, people, fieldRef, onLeave }: NoteFieldProps) {
	const { t, i18n } = useLingui();
	const [text, setText] = useState('');
	const add = useMutation(
		trpc.inbox.addNote.mutationOptions({
			onSuccess: () => {
				setText('');
				void queryClient.invalidateQueries(trpc.inbox.open.queryFilter({ conversationId }));
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const keep = (): void => {
		if (text.trim() === '' || add.isPending) return;
		add.mutate({ conversationId, noteId: crypto.randomUUID(), text: text.trim(), mentions: namedIn(text, people) });
	};
	return (
		<form
			className="composer note"
			onSubmit={(event) => {
				event.preventDefault();
				keep();
			}}
		>
			<Mentions
				ref={fieldRef}
				aria-label={t`Note`}
				placeholder={t`A note for colleagues. @ names one of them; the buyer gets nothing.`}
				autoSize={{ minRows: 2, maxRows: 8 }}
				placement="top"
				value={text}
				maxLength={4000}
				options={[...people].map(([userId, name]) => ({ key: userId, value: name, label: name }))}
				onChange={setText}
				onKeyDown={(event) => {
					if (isComposing(event.nativeEvent)) return;
					// While a name is chosen, Enter chooses it and Escape only ends the choosing.
					if (document.querySelector(CHOICE) !== null) return;
					if (event.key === 'Escape') event.currentTarget.blur();
					if (event.key === 'Enter' && !event.shiftKey) {
						event.preventDefault();
						keep();
					}
				}}
			/>
			<div className="line">
				<small className="faint">
					<Key of="Enter" /> {t`keeps the note`} · <Key of="@" /> {t`names a colleague`}
				</small>
				<span className="grow" />
				<Button size="small" onClick={onLeave}>
					{t`Back to the answer`}
				</Button>
				<Button size="small" type="primary" htmlType="submit" disabled={text.trim() === ''} loading={add.isPending}>
					{t`Keep note`}
				</Button>
			</div>
		</form>
	);
}
