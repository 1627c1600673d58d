import { DownloadOutlined, FileOutlined, ReloadOutlined, WarningOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { FileView, MessageView } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useContext } from 'react';
import { formatBytes } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import { PicturesContext } from './file-viewer.tsx';
import { isPicture, save } from './message-file.ts';
import './message-files.css';
import { FILE_RISK_WORDS } from './words.ts';

/** The files of a message: pictures as pictures, everything else by its name. */
export function MessageFiles({ message }: { message: MessageView }) {
	const { t } = useLingui();
	const { open, newest } = useContext(PicturesContext);
	const pictures = message.attachments.filter(isPicture);
	const others = message.attachments.filter((file) => !isPicture(file));
	if (message.attachments.length === 0) return null;
	return (
		<>
			{pictures.length > 0 && (
				<ul className="thumbs" aria-label={t`Pictures`}>
					{pictures.map((file) => (
						<Thumb key={file.fileId} file={file} isNewest={file.fileId === newest} onOpen={() => open(file.fileId)} />
					))}
				</ul>
			)}
			{others.length > 0 && (
				<ul className="files" aria-label={t`Files`}>
					{others.map((file, i) => (
						<FileLine key={file.fileId ?? `${i} ${file.name}`} file={file} />
					))}
				</ul>
			)}
		</>
	);
}

function Thumb({ file, isNewest, onOpen }: { file: FileView; isNewest: boolean; onOpen: () => void }) {
	const { t } = useLingui();
	const { fileId, name, url, width, height } = file;
	return (
		<li>
			<button
				type="button"
				title={name}
				data-file={fileId}
				aria-keyshortcuts={isNewest ? 'p' : undefined}
				aria-haspopup="dialog"
				onClick={onOpen}
			>
				<img src={url ?? undefined} alt={t`Picture ${name}`} loading="lazy" width={width ?? undefined} height={height ?? undefined} />
			</button>
		</li>
	);
}

function FileLine({ file }: { file: FileView }) {
	const { t, i18n } = useLingui();
	const mayAsk = useMay('inbox.answer');
	const ask = useMutation(
		trpc.inbox.askForFile.mutationOptions({
			onSuccess: () => queryClient.invalidateQueries(trpc.inbox.open.pathFilter()),
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const { fileId, name, bytes, state, errorCode, url, risk } = file;
	return (
		<li data-file={fileId ?? undefined} data-state={state}>
			{risk === null ? <FileOutlined aria-hidden /> : <WarningOutlined aria-hidden className="warn" />}
			<span className="called">
				<bdi>{name}</bdi> {bytes > 0 && <small className="num faint">{formatBytes(shownLanguage(), bytes)}</small>}
				{state === 'waiting' && <small className="faint">{t`Being fetched`}</small>}
				{state === 'elsewhere' && <small className="faint">{t`Open it in the mailbox or at the platform.`}</small>}
				{state === 'failed' && <small className="why">{sentence(i18n, errorCode ?? 'unknown')}</small>}
				{risk !== null && <small className="warn">{i18n._(FILE_RISK_WORDS[risk])}</small>}
			</span>
			{state === 'failed' && mayAsk && fileId !== null && errorCode !== 'attachmentUnsafe' && (
				<Button
					size="small"
					type="text"
					icon={<ReloadOutlined aria-hidden />}
					loading={ask.isPending}
					onClick={() => ask.mutate({ messageFileId: fileId })}
				>
					{t`Fetch again`}
				</Button>
			)}
			{url !== null && <Download url={url} file={file} />}
		</li>
	);
}

/** What may harm is saved after a second look. */
function Download({ url, file }: { url: string; file: FileView }) {
	const { t, i18n } = useLingui();
	const { name } = file;
	const label = t`Save ${name}`;
	if (file.risk === null)
		return (
			<Button
				size="small"
				type="text"
				icon={<DownloadOutlined aria-hidden />}
				aria-label={label}
				title={label}
				href={url}
				download={file.name}
			/>
		);
	return (
		<Popconfirm
			title={t`Save it all the same?`}
			description={i18n._(FILE_RISK_WORDS[file.risk])}
			okText={t`Save it`}
			cancelText={t`Leave it`}
			okButtonProps={{ danger: true }}
			onConfirm={() => save(url, file.name)}
		>
			<Button size="small" type="text" icon={<DownloadOutlined aria-hidden />} aria-label={label} title={label} />
		</Popconfirm>
	);
}
