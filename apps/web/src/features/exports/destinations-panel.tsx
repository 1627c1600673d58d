import { PlusOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { DestinationView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import { DestinationForm } from './destination-form.tsx';
import './destinations.css';

/** Servers to which files of schedules are brought. */
export function DestinationsPanel() {
	const { t, i18n } = useLingui();
	const { data, error } = useQuery(trpc.destinations.list.queryOptions());
	const [open, setOpen] = useState<string | null>(null);
	const close = () => setOpen(null);
	return (
		<section className="panel destinations" id="destinations" aria-label={t`Destinations of exports`}>
			<div className="head">
				<h2>{t`Destinations of exports`}</h2>
				<small className="faint">
					{t`An SFTP server to which the files of a schedule are brought as soon as they are written. A file appears there only whole.`}
				</small>
			</div>
			{error && <p className="risk empty-line">{errorSentence(i18n, error)}</p>}
			{data && data.length > 0 && (
				<ul>
					{data.map((one) =>
						open === one.destinationId ? (
							<li key={one.destinationId}>
								<DestinationForm destination={one} onClose={close} />
							</li>
						) : (
							<li key={one.destinationId}>
								<Row destination={one} onOpen={() => setOpen(one.destinationId)} />
							</li>
						),
					)}
				</ul>
			)}
			{data &&
				(open === 'new' ? (
					<DestinationForm destination={null} onClose={close} />
				) : (
					<Button icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
						{t`Add a destination`}
					</Button>
				))}
		</section>
	);
}

function Row({ destination: { destinationId, name, place, schedules }, onOpen }: { destination: DestinationView; onOpen: () => void }) {
	const { t, i18n } = useLingui();
	const remove = useMutation(
		trpc.destinations.remove.mutationOptions({
			onSuccess: () => {
				void queryClient.invalidateQueries(trpc.destinations.pathFilter());
				say(t`The destination was forgotten.`);
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	return (
		<div className="destination">
			<div className="about">
				<b>
					<bdi>{name}</bdi>
				</b>
				{place && (
					<span className="soft cut">
						<bdi>
							{place.user}@{place.host}:{place.port} {place.folder}
						</bdi>
					</span>
				)}
				{place && <code className="faint cut">{place.hostKey}</code>}
				<span className="faint">
					{schedules === 0 ? <Trans>No schedule names it</Trans> : <Plural value={schedules} one="# schedule" other="# schedules" />}
				</span>
			</div>
			<div className="deeds">
				<Button size="small" onClick={onOpen} aria-label={t`Change ${name}`}>
					{t({ message: 'Change', context: 'to edit' })}
				</Button>
				<Popconfirm title={t`Forget ${name}?`} okText={t`Forget`} cancelText={t`Cancel`} onConfirm={() => remove.mutate({ destinationId })}>
					<Button size="small" type="text" danger loading={remove.isPending} aria-label={`${t`Forget`}: ${name}`}>
						{t`Forget`}
					</Button>
				</Popconfirm>
			</div>
		</div>
	);
}
