import { CloseOutlined, DownloadOutlined, LeftOutlined, RightOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { FileView, MessageView } from '@pangea/api';
import { Button } from 'antd';
import { createContext, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { formatBytes } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { isPicture, save } from './message-file.ts';

interface Pictures {
	open: (fileId: string | null) => void;
	/** The picture that came last, which the key opens. */
	newest: string | null;
}

export const PicturesContext = createContext<Pictures>({ open: () => undefined, newest: null });

/** Lets every picture below be looked at in full, one after the other. */
export function PictureViewing({ messages, children }: { messages: readonly MessageView[]; children: ReactNode }) {
	const [shown, setShown] = useState<string | null>(null);
	const pictures = messages.flatMap((message) => message.attachments.filter(isPicture));
	const newest = pictures.at(-1)?.fileId ?? null;
	const place = pictures.findIndex((one) => one.fileId === shown);
	const picture = pictures[place];
	return (
		<PicturesContext value={{ open: setShown, newest }}>
			{children}
			{picture && (
				<Viewer
					picture={picture}
					place={place}
					count={pictures.length}
					onStep={(by) => setShown(pictures[place + by]?.fileId ?? shown)}
					onClose={() => setShown(null)}
				/>
			)}
		</PicturesContext>
	);
}

interface ViewerProps {
	picture: FileView;
	/** From zero. */
	place: number;
	count: number;
	onStep: (by: 1 | -1) => void;
	onClose: () => void;
}

function Viewer({ picture, place, count, onStep, onClose }: ViewerProps) {
	const { t } = useLingui();
	const dialog = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		dialog.current?.showModal();
	}, []);
	const { name, url, bytes, width, height } = picture;
	const keys: Record<string, () => void> = {
		ArrowRight: () => onStep(1),
		ArrowDown: () => onStep(1),
		j: () => onStep(1),
		ArrowLeft: () => onStep(-1),
		ArrowUp: () => onStep(-1),
		k: () => onStep(-1),
		d: () => url !== null && save(url, name),
		p: onClose,
	};
	const press = (event: KeyboardEvent): void => {
		const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
		if (!action) return;
		event.preventDefault();
		action();
	};
	return (
		// The dialog itself closes by Escape; the keys below are its own.
		// oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
		<dialog ref={dialog} className="viewer" aria-label={t`Picture ${name}`} onClose={onClose} onKeyDown={press}>
			<div className="bar">
				<span className="cut grow">
					<bdi>{name}</bdi>
				</span>
				<small className="num">
					{width !== null && height !== null && `${width} × ${height} · `}
					{formatBytes(shownLanguage(), bytes)} · {place + 1} / {count}
				</small>
				<Button
					type="text"
					icon={<DownloadOutlined aria-hidden />}
					aria-label={t`Save ${name}`}
					aria-keyshortcuts="d"
					title={`${t`Save`} (D)`}
					onClick={keys['d']}
				/>
				<Button
					type="text"
					icon={<CloseOutlined aria-hidden />}
					aria-label={t`Close`}
					aria-keyshortcuts="Escape"
					title={`${t`Close`} (Esc)`}
					onClick={onClose}
				/>
			</div>
			<div className="stage">
				<Button
					type="text"
					icon={<LeftOutlined aria-hidden />}
					aria-label={t`Previous picture`}
					aria-keyshortcuts="ArrowLeft k"
					title={`${t`Previous picture`} (←)`}
					disabled={place === 0}
					onClick={() => onStep(-1)}
				/>
				<img key={picture.fileId} src={url ?? undefined} alt={t`Picture ${name}`} />
				<Button
					type="text"
					icon={<RightOutlined aria-hidden />}
					aria-label={t`Next picture`}
					aria-keyshortcuts="ArrowRight j"
					title={`${t`Next picture`} (→)`}
					disabled={place === count - 1}
					onClick={() => onStep(1)}
				/>
			</div>
		</dialog>
	);
}
