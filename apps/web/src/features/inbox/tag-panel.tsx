import { DeleteOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { ConversationRowView, InboxTagView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';

interface TagPanelProps {
	rows: readonly ConversationRowView[];
	onChange: (change: { addTags?: string[]; removeTags?: string[] }) => void;
	onClose: () => void;
}

/** Puts tags of the workspace's list on conversations; who manages the inbox changes the list here too. */
export function TagPanel({ rows, onChange, onClose }: TagPanelProps) {
	const { t, i18n } = useLingui();
	const mayManage = useMay('inbox.manage');
	const tags = useQuery(trpc.inbox.tags.queryOptions());
	const [name, setName] = useState('');
	const settled = {
		onSuccess: () => queryClient.invalidateQueries(trpc.inbox.tags.pathFilter()),
		onError: (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' }),
	};
	const save = useMutation(trpc.inbox.saveTag.mutationOptions(settled));
	const remove = useMutation(trpc.inbox.removeTag.mutationOptions(settled));
	const add = (): void => {
		if (name.trim() === '' || save.isPending) return;
		const tagId = crypto.randomUUID();
		save.mutate({ tagId, name: name.trim() }, { onSuccess: () => onChange({ addTags: [tagId] }) });
		setName('');
	};
	const all = tags.data ?? [];
	const panel = useRef<HTMLDivElement>(null);
	const loaded = tags.data !== undefined;
	// Whoever opened it by a key goes on by keys.
	useEffect(() => {
		if (loaded) panel.current?.querySelector('input')?.focus();
	}, [loaded]);
	return (
		// The key that leaves the panel works wherever the focus stands in it.
		// oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
		<div
			ref={panel}
			className="tag-panel"
			// An open dialog element would be laid over the page by the browser.
			// oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
			role="dialog"
			aria-label={t`Tags`}
			onKeyDown={(event) => {
				if (event.key !== 'Escape') return;
				event.stopPropagation();
				onClose();
			}}
		>
			{tags.data && all.length === 0 && (
				<p className="soft">
					{mayManage ? <Trans>No tags yet. Name the first one.</Trans> : <Trans>No tags yet. A manager can add some.</Trans>}
				</p>
			)}
			{all.map((tag) => {
				const having = rows.filter((row) => row.tagIds.includes(tag.tagId)).length;
				return (
					<div key={tag.tagId} className="line">
						<Checkbox
							checked={having === rows.length && having > 0}
							indeterminate={having > 0 && having < rows.length}
							onChange={({ target }) => onChange(target.checked ? { addTags: [tag.tagId] } : { removeTags: [tag.tagId] })}
						>
							{tag.name}
						</Checkbox>
						<span className="grow" />
						{mayManage && (
							<Button
								size="small"
								type="text"
								icon={<DeleteOutlined aria-hidden />}
								aria-label={t`Remove the tag ${tag.name} from all conversations`}
								title={t`Remove the tag ${tag.name} from all conversations`}
								onClick={() => remove.mutate({ tagId: tag.tagId })}
							/>
						)}
					</div>
				);
			})}
			{mayManage && (
				<Input
					size="small"
					maxLength={40}
					aria-label={t`New tag`}
					placeholder={t`New tag`}
					value={name}
					onChange={(event) => setName(event.target.value)}
					onPressEnter={(event) => {
						if (!event.nativeEvent.isComposing) add();
					}}
				/>
			)}
		</div>
	);
}

/** The tags of a conversation in a row, by the workspace's list. */
export function TagLine({ tagIds, tags }: { tagIds: readonly string[]; tags: readonly InboxTagView[] }) {
	const shown = tags.filter((tag) => tagIds.includes(tag.tagId));
	return shown.map((tag) => (
		<span key={tag.tagId} className="tag cut">
			{tag.name}
		</span>
	));
}
