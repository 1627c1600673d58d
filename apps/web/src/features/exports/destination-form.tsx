import { Trans, useLingui } from '@lingui/react/macro';
import type { DestinationView } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Input, InputNumber, Radio } from 'antd';
import { useId, useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';

type Way = 'password' | 'key';

interface Values {
	name: string;
	host: string;
	port: number;
	user: string;
	folder: string;
	way: Way;
	password: string;
	privateKey: string;
	passphrase: string;
}

/** Where a server is and how we get in. Its key is looked at and accepted before any secret goes there; it is kept once a file could be written. */
export function DestinationForm({ destination, onClose }: { destination: DestinationView | null; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const id = useId();
	const place = destination?.place ?? null;
	const [destinationId] = useState(() => destination?.destinationId ?? crypto.randomUUID());
	const [values, setValues] = useState<Values>({
		name: destination?.name ?? '',
		host: place?.host ?? '',
		port: place?.port ?? 22,
		user: place?.user ?? '',
		folder: place?.folder ?? '',
		way: place?.way ?? 'password',
		password: '',
		privateKey: '',
		passphrase: '',
	});
	const [hostKey, setHostKey] = useState<string | null>(place?.hostKey ?? null);
	const [accepted, setAccepted] = useState(place !== null);
	const { host, port, user, way } = values;
	const isMoved = place !== null && (place.host !== host || place.port !== port);
	const look = useMutation(
		trpc.destinations.hostKey.mutationOptions({
			onSuccess: (found) => {
				setAccepted(found.hostKey === place?.hostKey && !isMoved);
				setHostKey(found.hostKey);
			},
		}),
	);
	const save = useMutation(
		trpc.destinations.save.mutationOptions({
			onSuccess: () => {
				void queryClient.invalidateQueries(trpc.destinations.pathFilter());
				say(t`A file could be written there. The destination is kept.`);
				onClose();
			},
		}),
	);
	const set = (part: Partial<Values>) => {
		// Another server has another key.
		if (part.host !== undefined || part.port !== undefined) {
			setHostKey(null);
			setAccepted(false);
			look.reset();
		}
		setValues({ ...values, ...part });
	};
	const stays = place !== null && !isMoved && place.way === way && place.user === user && place.hostKey === hostKey;
	const isGiven = way === 'password' ? values.password !== '' : values.privateKey !== '';
	const ready = values.name.trim() !== '' && host !== '' && user !== '' && hostKey !== null && accepted && (isGiven || stays);
	const submit = () => {
		if (!ready || hostKey === null || save.isPending) return;
		const { password, privateKey, passphrase } = values;
		const secret =
			way === 'password'
				? { kind: 'password' as const, password }
				: { kind: 'key' as const, privateKey, passphrase: passphrase === '' ? null : passphrase };
		const { name, folder } = values;
		save.mutate({ destinationId, name: name.trim(), host, port, user, folder, hostKey, ...(isGiven && { secret }) });
	};
	const error = save.error ?? look.error;
	const kept = stays ? t`stays as it is` : '';
	const field = (key: 'name' | 'host' | 'user' | 'folder', label: string, hint: string | null) => (
		<div className="field">
			<label htmlFor={id + key}>{label}</label>
			<Input
				id={id + key}
				value={values[key]}
				autoComplete="off"
				spellCheck={false}
				maxLength={key === 'name' ? 80 : 250}
				onChange={(event) => set({ [key]: key === 'name' ? event.target.value : event.target.value.trim() })}
			/>
			{hint !== null && <small className="soft">{hint}</small>}
		</div>
	);
	return (
		<form
			className="destination-form"
			onSubmit={(event) => {
				event.preventDefault();
				submit();
			}}
		>
			{field('name', t`Name`, null)}
			<div className="pair">
				{field('host', t`Server`, null)}
				<div className="field">
					<label htmlFor={`${id}port`}>{t`Port`}</label>
					<InputNumber<number>
						id={`${id}port`}
						min={1}
						max={65_535}
						precision={0}
						controls={false}
						value={port}
						onChange={(to) => set({ port: to ?? 22 })}
					/>
				</div>
			</div>
			<div className="host-key">
				{hostKey === null ? (
					<p className="soft">
						<Trans>The server shows its key first. Nothing of yours is sent before you have accepted it.</Trans>
					</p>
				) : (
					<>
						<code>{hostKey}</code>
						<Checkbox checked={accepted} onChange={(event) => setAccepted(event.target.checked)}>
							{t`This is the key that the server's operator told me`}
						</Checkbox>
					</>
				)}
				<Button size="small" disabled={host === ''} loading={look.isPending} onClick={() => look.mutate({ host, port })}>
					{t`Look at the server's key`}
				</Button>
			</div>
			<div className="pair">
				{field('user', t`User`, null)}
				{field('folder', t`Folder`, t`Empty: where the server puts us.`)}
			</div>
			<Radio.Group
				optionType="button"
				aria-label={t`How we get in`}
				value={way}
				options={[
					{ value: 'password', label: t`Password` },
					{ value: 'key', label: t`Private key` },
				]}
				onChange={(event) => set({ way: event.target.value as Way })}
			/>
			{way === 'password' ? (
				<div className="field">
					<label htmlFor={`${id}password`}>{t`Password`}</label>
					<Input.Password
						id={`${id}password`}
						value={values.password}
						autoComplete="new-password"
						maxLength={250}
						placeholder={kept}
						onChange={(event) => set({ password: event.target.value })}
					/>
					<small className="soft">{t`Kept encrypted and never shown again.`}</small>
				</div>
			) : (
				<>
					<div className="field">
						<label htmlFor={`${id}key`}>{t`Private key`}</label>
						<Input.TextArea
							id={`${id}key`}
							value={values.privateKey}
							autoComplete="off"
							spellCheck={false}
							rows={4}
							maxLength={20_000}
							placeholder={kept}
							onChange={(event) => set({ privateKey: event.target.value })}
						/>
						<small className="soft">{t`As OpenSSH writes it. Kept encrypted and never shown again.`}</small>
					</div>
					<div className="field">
						<label htmlFor={`${id}passphrase`}>{t`Passphrase of the key, where it has one`}</label>
						<Input.Password
							id={`${id}passphrase`}
							value={values.passphrase}
							autoComplete="new-password"
							maxLength={250}
							onChange={(event) => set({ passphrase: event.target.value })}
						/>
					</div>
				</>
			)}
			{error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, error)}
				</p>
			)}
			<div className="row">
				<Button type="primary" htmlType="submit" disabled={!ready} loading={save.isPending}>
					{t`Try and keep`}
				</Button>
				<Button onClick={onClose}>{t`Cancel`}</Button>
			</div>
		</form>
	);
}
