import { ExportOutlined, StopOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { ConversationRowView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useRef } from 'react';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';

interface NoReplyProps {
	conversation: ConversationRowView;
	/** The buyer's newest message that can have been read by now; null where there is none, undefined where nobody can tell. */
	newestRead: () => string | null | undefined;
	/** Where the platform's own mark is set; null where no place is known. */
	sellerCentre: string | null;
}

/** Marks that what the buyer said needs no reply, where the platform knows such a mark, and says that it has to be set there as well. */
export function NoReplyButton({ conversation, newestRead, sellerCentre }: NoReplyProps) {
	const { t, i18n } = useLingui();
	const { conversationId, platform } = conversation;
	const name = PLATFORMS[platform].name;
	const refresh = (): void => {
		void queryClient.invalidateQueries({ queryKey: ['inbox'] });
		void queryClient.invalidateQueries(trpc.inbox.open.queryFilter({ conversationId }));
		void queryClient.invalidateQueries(trpc.inbox.counts.pathFilter());
	};
	/** When the question was asked: what comes up behind it is not read by who answers it. */
	const seen = useRef<string | null | undefined>(undefined);
	const onError = (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' });
	const undo = useMutation(trpc.inbox.noReply.mutationOptions({ onSuccess: refresh, onError }));
	const mark = useMutation(
		trpc.inbox.noReply.mutationOptions({
			onSuccess: () => {
				refresh();
				say(t`No reply needed: closed here. Mark it at ${name} as well.`, {
					undo: { label: t`Undo`, run: () => undo.mutate({ conversationId, needed: true }) },
				});
			},
			onError,
		}),
	);
	return (
		<Popconfirm
			title={t`No reply needed?`}
			description={
				<span className="no-reply">
					{t`Our clock stops and the conversation is closed. ${name} takes this mark from its own seller centre alone: set it there as well, or it counts as not answered.`}
					{sellerCentre !== null && (
						<a href={sellerCentre} target="_blank" rel="noreferrer">
							{t`Open the seller centre of ${name}`} <ExportOutlined aria-hidden />
						</a>
					)}
				</span>
			}
			okText={t`No reply needed`}
			cancelText={t`Cancel`}
			okButtonProps={{ autoFocus: true }}
			onOpenChange={(isOpen) => {
				if (isOpen) seen.current = newestRead();
			}}
			onConfirm={() => mark.mutate({ conversationId, ...(seen.current !== undefined && { seenMessageId: seen.current }) })}
		>
			<Button
				size="small"
				icon={<StopOutlined aria-hidden />}
				loading={mark.isPending}
				aria-label={t`No reply needed`}
				aria-keyshortcuts="q"
				title={`${t`No reply needed`} (Q)`}
			/>
		</Popconfirm>
	);
}
