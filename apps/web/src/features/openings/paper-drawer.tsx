import { Trans, useLingui } from '@lingui/react/macro';
import type { PaperFileView, PaperView } from '@pangea/api';
import { EUROPEAN_UNION, PAPER_COUNTRY, PAPER_KINDS, type PaperKind } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { AutoComplete, Button, Drawer, Input, Select } from 'antd';
import { useId, useRef, useState } from 'react';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { preferences } from '../../preferences.ts';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { siteName } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import { givePaperFile } from '../../upload.ts';
import { PAPER_WORDS } from './words.ts';

interface PaperDrawerProps {
	/** Null: a new one. */
	paper: PaperView | null;
	/** Of a new one, where it is known already. */
	kind: PaperKind | null;
	entities: string[];
	onSaved: (paperId: string) => void;
	onClose: () => void;
}

interface Typed {
	entity: string;
	kind: PaperKind;
	country: string;
	/** Null: the stored one stays. */
	number: string | null;
	holder: string;
	note: string;
	validFrom: string;
	validUntil: string;
}

/** Where sellers' companies and their papers mostly stand, beside the countries of all sites. */
const HOMES = ['CN', 'HK', EUROPEAN_UNION];

/** One paper of a company: what stands on it, until when it holds, and its files. */
export function PaperDrawer({ paper, kind, entities, onSaved, onClose }: PaperDrawerProps) {
	const { t, i18n } = useLingui();
	const id = useId();
	const platforms = useQuery(trpc.stores.platforms.queryOptions());
	const [typed, setTyped] = useState<Typed>({
		entity: paper?.entity ?? (entities.length === 1 ? (entities[0] ?? '') : ''),
		kind: paper?.kind ?? kind ?? 'licence',
		country: paper?.country ?? '',
		number: paper === null ? '' : paper.masked ? null : paper.number,
		holder: paper?.holder ?? '',
		note: paper?.note ?? '',
		validFrom: paper?.validFrom ?? '',
		validUntil: paper?.validUntil ?? '',
	});
	const set = (change: Partial<Typed>): void => setTyped({ ...typed, ...change });
	const refresh = (): Promise<void> => queryClient.invalidateQueries(trpc.dossier.list.pathFilter());
	const save = useMutation(trpc.dossier.save.mutationOptions());
	const remove = useMutation(trpc.dossier.remove.mutationOptions());
	const reveal = useMutation(trpc.dossier.reveal.mutationOptions());
	const ready = typed.entity.trim() !== '' && PAPER_COUNTRY.test(typed.country) && (typed.number === null || typed.number.trim() !== '');
	const send = (): void => {
		if (!ready) return;
		const paperId = paper?.paperId ?? crypto.randomUUID();
		const { number, validFrom, validUntil, ...rest } = typed;
		save.mutate(
			{ ...rest, paperId, ...(number !== null && { number }), validFrom: validFrom || null, validUntil: validUntil || null },
			{
				onSuccess: () => {
					void refresh().then(() => {
						say(t`Saved.`);
						if (paper === null) onSaved(paperId);
						else onClose();
					});
				},
			},
		);
	};
	const countries = [
		...new Set([...HOMES, ...(platforms.data ?? []).flatMap((one) => one.sites.map((site) => site.country)), typed.country]),
	].filter((country) => PAPER_COUNTRY.test(country) && country !== 'XX');
	const error = save.error ?? remove.error ?? reveal.error;
	return (
		<Drawer
			open
			size={440}
			title={paper === null ? t`A new paper` : i18n._(PAPER_WORDS[paper.kind])}
			onClose={onClose}
			extra={
				<Button type="primary" size="small" disabled={!ready} loading={save.isPending} onClick={send}>
					{t`Save`}
				</Button>
			}
		>
			<form
				className="dossier-form"
				onSubmit={(event) => {
					event.preventDefault();
					send();
				}}
			>
				<div className="field">
					<label htmlFor={`${id}entity`}>{t`Company`}</label>
					<AutoComplete
						id={`${id}entity`}
						value={typed.entity}
						options={entities.map((value) => ({ value }))}
						onChange={(entity: string) => set({ entity })}
						showSearch={{ filterOption: (text, option) => (option?.value ?? '').toLowerCase().includes(text.toLowerCase()) }}
					>
						<Input maxLength={80} />
					</AutoComplete>
				</div>
				<div className="field">
					<label htmlFor={`${id}kind`}>{t`Kind of paper`}</label>
					<Select
						id={`${id}kind`}
						value={typed.kind}
						options={PAPER_KINDS.map((value) => ({ value, label: i18n._(PAPER_WORDS[value]) }))}
						onChange={(next: PaperKind) => set({ kind: next })}
					/>
				</div>
				<div className="field">
					<label htmlFor={`${id}country`}>{t`Holds in`}</label>
					<Select
						id={`${id}country`}
						value={typed.country || undefined}
						placeholder={t`Choose`}
						showSearch={{ optionFilterProp: 'label' }}
						options={countries
							.map((value) => ({ value, label: `${siteName(value)} (${value})` }))
							.toSorted((a, b) => a.label.localeCompare(b.label, shownLanguage()))}
						onChange={(country: string) => set({ country })}
					/>
				</div>
				<div className="field">
					<label htmlFor={`${id}number`}>{typed.kind === 'responsiblePerson' ? t`Address and contact` : t`Number`}</label>
					{typed.number === null ? (
						<span className="row">
							<bdi className="num">•••• {paper?.number}</bdi>
							<Button
								size="small"
								loading={reveal.isPending}
								onClick={() => paper && reveal.mutate({ paperId: paper.paperId }, { onSuccess: ({ number }) => set({ number }) })}
							>
								{t`Show it`}
							</Button>
							<Button size="small" type="text" onClick={() => set({ number: '' })}>
								{t`Replace`}
							</Button>
						</span>
					) : (
						<Input
							id={`${id}number`}
							maxLength={200}
							autoComplete="off"
							value={typed.number}
							onChange={(event) => set({ number: event.target.value })}
						/>
					)}
				</div>
				<div className="field">
					<label htmlFor={`${id}holder`}>{t`In the name of`}</label>
					<Input id={`${id}holder`} maxLength={200} value={typed.holder} onChange={(event) => set({ holder: event.target.value })} />
					<small className="soft">{t`The holder, the person responsible, or the brand.`}</small>
				</div>
				<div className="dossier-days">
					<div className="field">
						<label htmlFor={`${id}from`}>{t`Valid from`}</label>
						<Input id={`${id}from`} type="date" value={typed.validFrom} onChange={(event) => set({ validFrom: event.target.value })} />
					</div>
					<div className="field">
						<label htmlFor={`${id}until`}>{t`Valid until`}</label>
						<Input id={`${id}until`} type="date" value={typed.validUntil} onChange={(event) => set({ validUntil: event.target.value })} />
					</div>
				</div>
				<div className="field">
					<label htmlFor={`${id}note`}>{t`Remarks`}</label>
					<Input.TextArea
						id={`${id}note`}
						maxLength={2000}
						autoSize={{ minRows: 2, maxRows: 8 }}
						value={typed.note}
						onChange={(event) => set({ note: event.target.value })}
					/>
				</div>
				{error && (
					<p className="risk" role="alert">
						{errorSentence(i18n, error)}
					</p>
				)}
				<button type="submit" className="unseen" tabIndex={-1}>
					{t`Save`}
				</button>
			</form>
			{paper === null ? (
				<p className="soft">{t`Files are added once the paper is saved.`}</p>
			) : (
				<>
					<Files paper={paper} onChanged={refresh} />
					<Remove
						pending={remove.isPending}
						onRemove={() =>
							remove.mutate(
								{ paperId: paper.paperId },
								{
									onSuccess: () => {
										onClose();
										void refresh();
									},
								},
							)
						}
					/>
				</>
			)}
		</Drawer>
	);
}

function Files({ paper, onChanged }: { paper: PaperView; onChanged: () => Promise<void> }) {
	const { t, i18n } = useLingui();
	const picker = useRef<HTMLInputElement>(null);
	const give = useMutation({ mutationFn: (file: File) => givePaperFile(paper.paperId, file), onSuccess: onChanged });
	const drop = useMutation(trpc.dossier.removeFile.mutationOptions({ onSuccess: onChanged }));
	const error = give.error ?? drop.error;
	return (
		<section className="dossier-files" aria-label={t`Files`}>
			<h3>{t`Files`}</h3>
			<ul>
				{paper.files.map((file) => (
					<li key={file.fileId}>
						<a href={addressOf(file)} className="cut" title={file.name}>
							<bdi>{file.name}</bdi>
						</a>
						<small className="faint num">
							<Size bytes={file.size} />
						</small>
						<Button
							size="small"
							type="text"
							disabled={drop.isPending}
							aria-label={t`Remove ${file.name}`}
							onClick={() => drop.mutate({ fileId: file.fileId })}
						>
							{t`Remove`}
						</Button>
					</li>
				))}
			</ul>
			<input
				ref={picker}
				type="file"
				className="unseen"
				tabIndex={-1}
				aria-label={t`File of the paper`}
				accept="application/pdf,image/png,image/jpeg"
				onChange={(event) => {
					const file = event.target.files?.[0];
					event.target.value = '';
					if (file) give.mutate(file);
				}}
			/>
			<Button size="small" loading={give.isPending} onClick={() => picker.current?.click()}>
				{t`Add a file`}
			</Button>{' '}
			<small className="soft">
				<Trans>PDF, PNG or JPEG, up to 5 MB</Trans>
			</small>
			{error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, error)}
				</p>
			)}
		</section>
	);
}

function Size({ bytes }: { bytes: number }) {
	return <>{formatNumber(shownLanguage(), Math.max(1, Math.round(bytes / 1000)))} kB</>;
}

function addressOf({ fileId }: PaperFileView): string {
	return `/download/paper?${new URLSearchParams({ workspace: preferences().workspaceId ?? '', file: fileId }).toString()}`;
}

function Remove({ pending, onRemove }: { pending: boolean; onRemove: () => void }) {
	const { t } = useLingui();
	const [asked, setAsked] = useState(false);
	return (
		<p className="dossier-remove">
			{asked ? (
				<>
					<Trans>The paper and its files are deleted for good.</Trans>{' '}
					<Button size="small" danger loading={pending} onClick={onRemove}>
						{t`Delete`}
					</Button>{' '}
					<Button size="small" type="text" onClick={() => setAsked(false)}>
						{t`Cancel`}
					</Button>
				</>
			) : (
				<Button size="small" type="text" onClick={() => setAsked(true)}>
					{t`Delete this paper …`}
				</Button>
			)}
		</p>
	);
}
