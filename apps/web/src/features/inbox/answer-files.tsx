import { CloseOutlined, LoadingOutlined, PaperClipOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { ChosenFileView, OpenConversationView } from '@pangea/api';
import { type FileRules, fileRefusal, inspectFile } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef, useState } from 'react';
import { formatBytes } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { giveMessageFile } from '../../upload.ts';
import './answer-files.css';

/** A file on its way to the server, or one that does not get there. */
interface Coming {
	key: string;
	name: string;
	/** Why it does not come; null while it does. */
	refusal: string | null;
}

export interface AnswerFiles {
	coming: readonly Coming[];
	/** Whether one is on its way. */
	busy: boolean;
	add: (files: Iterable<File>) => void;
	dismiss: (key: string) => void;
}

/** Takes files for an answer: each is looked at here before it is sent anywhere. Those that are kept stand in the open conversation. */
export function useAnswerFiles(conversationId: string, rules: FileRules | null, kept: readonly ChosenFileView[]): AnswerFiles {
	const { i18n } = useLingui();
	const [coming, setComing] = useState<Coming[]>([]);
	const end = (key: string, refusal: string | null): void =>
		setComing((all) => all.flatMap((one) => (one.key !== key ? [one] : refusal === null ? [] : [{ ...one, refusal }])));
	const take = async (key: string, file: File): Promise<void> => {
		try {
			const refused = rules ? fileRefusal(rules, inspectFile(file.name, new Uint8Array(await file.arrayBuffer()))) : 'filesNotTaken';
			if (refused !== null) {
				end(key, sentence(i18n, refused));
				return;
			}
			const chosen = await giveMessageFile(conversationId, file);
			changeChosen(conversationId, (files) => [...files, chosen]);
			end(key, null);
		} catch (error) {
			end(key, errorSentence(i18n, error));
		}
	};
	return {
		coming,
		busy: coming.some(({ refusal }) => refusal === null),
		add: (files) => {
			for (const file of [...files].slice(0, Math.max(0, 25 - kept.length))) {
				const key = crypto.randomUUID();
				setComing((all) => [...all, { key, name: file.name, refusal: null }]);
				void take(key, file);
			}
		},
		dismiss: (key) => setComing((all) => all.filter((one) => one.key !== key)),
	};
}

/** What is shown as chosen for an answer. */
export function chosenOf(conversationId: string): ChosenFileView[] {
	const shown = queryClient.getQueriesData<OpenConversationView>(trpc.inbox.open.queryFilter({ conversationId }));
	return shown.flatMap(([, open]) => open?.chosenFiles ?? []);
}

/** Changes what is shown as chosen for an answer. */
export function changeChosen(conversationId: string, by: (files: ChosenFileView[]) => ChosenFileView[]): void {
	queryClient.setQueriesData<OpenConversationView>(
		trpc.inbox.open.queryFilter({ conversationId }),
		(open) => open && { ...open, chosenFiles: by(open.chosenFiles) },
	);
}

/** What goes with an answer, each to be taken out again. */
export function ChosenFiles({ conversationId, files, of }: { conversationId: string; files: readonly ChosenFileView[]; of: AnswerFiles }) {
	const { t } = useLingui();
	const remove = useMutation(trpc.inbox.removeChosenFile.mutationOptions());
	if (files.length === 0 && of.coming.length === 0) return null;
	return (
		<>
			<ul className="chosen" aria-label={t`Files of the answer`}>
				{files.map(({ fileId, name, bytes }) => (
					<li key={fileId}>
						<PaperClipOutlined aria-hidden /> <bdi className="cut">{name}</bdi>
						<small className="faint num">{formatBytes(shownLanguage(), bytes)}</small>
						<Button
							size="small"
							type="text"
							icon={<CloseOutlined aria-hidden />}
							aria-label={t`Take out ${name}`}
							onClick={() => {
								changeChosen(conversationId, (all) => all.filter((one) => one.fileId !== fileId));
								remove.mutate({ messageFileId: fileId });
							}}
						/>
					</li>
				))}
				{of.coming.map(({ key, name, refusal }) => (
					<li key={key} className={refusal === null ? '' : 'risk'}>
						{refusal === null ? <LoadingOutlined aria-hidden /> : <PaperClipOutlined aria-hidden />} <bdi className="cut">{name}</bdi>
						<small role={refusal === null ? undefined : 'alert'}>{refusal ?? t`On its way`}</small>
						{refusal !== null && (
							<Button
								size="small"
								type="text"
								icon={<CloseOutlined aria-hidden />}
								aria-label={t`Take out ${name}`}
								onClick={() => of.dismiss(key)}
							/>
						)}
					</li>
				))}
			</ul>
			{files.some(({ type }) => type.startsWith('image/')) && (
				<p className="chosen-note faint">{t`Pictures go without the place, the time and the camera that they were taken with.`}</p>
			)}
		</>
	);
}

/** Opens the choice of files. */
export function ChooseFiles({ rules, onChoose }: { rules: FileRules; onChoose: (files: Iterable<File>) => void }) {
	const { t } = useLingui();
	const input = useRef<HTMLInputElement>(null);
	return (
		<>
			<input
				ref={input}
				type="file"
				className="unseen"
				multiple={rules.mostFiles > 1 || rules.alone}
				accept={rules.types.join(',')}
				tabIndex={-1}
				aria-label={t`Files`}
				onChange={(event) => {
					onChoose(event.target.files ?? []);
					// The same file again is a choice again.
					event.target.value = '';
				}}
			/>
			<Button
				size="small"
				type="text"
				icon={<PaperClipOutlined aria-hidden />}
				aria-label={t`Attach files`}
				aria-keyshortcuts="Control+Shift+U Meta+Shift+U"
				title={`${t`Attach files`} (Ctrl ⇧ U)`}
				data-attach
				onClick={() => input.current?.click()}
			/>
		</>
	);
}
