import { PlusOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { RotaView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Popconfirm, Switch } from 'antd';
import { useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import { languageName } from '../copies/words.ts';
import { usePeople } from '../inbox/people.ts';
import { RotaForm } from './rota-form.tsx';
import './rotas.css';
import { shiftText } from './shift.ts';

/** Who is given conversations that nobody holds. */
export function RotaPanel() {
	const { t, i18n } = useLingui();
	const { data, error } = useQuery(trpc.inbox.rotas.queryOptions());
	const [open, setOpen] = useState<string | null>(null);
	const close = () => setOpen(null);
	return (
		<section className="panel rotas" id="rotas" aria-label={t`Who is given conversations`}>
			<div className="head">
				<h2>{t`Who is given conversations`}</h2>
				<small className="faint">
					{t`Where a buyer waits and nobody holds the conversation, it goes to the next person of the first rota that is for it. What finds nobody with room stays everybody's.`}
				</small>
			</div>
			{error && <p className="risk empty-line">{errorSentence(i18n, error)}</p>}
			{data && data.length > 0 && (
				<ol>
					{data.map((rota) => (
						<li key={rota.rotaId}>
							{open === rota.rotaId ? (
								<RotaForm rota={rota} onClose={close} />
							) : (
								<RotaLine rota={rota} onOpen={() => setOpen(rota.rotaId)} />
							)}
						</li>
					))}
				</ol>
			)}
			{data &&
				(open === 'new' ? (
					<RotaForm rota={null} onClose={close} />
				) : (
					<Button icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
						{t`Add a rota`}
					</Button>
				))}
		</section>
	);
}

function RotaLine({ rota, onOpen }: { rota: RotaView; onOpen: () => void }) {
	const { t, i18n } = useLingui();
	const people = usePeople();
	const { byId } = useStores();
	const shown = shownLanguage();
	const refresh = () => queryClient.invalidateQueries(trpc.inbox.rotas.pathFilter());
	const onError = (problem: unknown) => say(errorSentence(i18n, problem), { tone: 'problem' });
	const save = useMutation(trpc.inbox.saveRota.mutationOptions({ onSuccess: refresh, onError }));
	const remove = useMutation(trpc.inbox.removeRota.mutationOptions({ onSuccess: refresh, onError }));
	const { name, isOn, userIds, storeIds, languages, capacity, shift } = rota;
	const facts = [
		storeIds.length === 0 ? t`All stores` : storeIds.map((id) => byId.get(id)?.name ?? t`a store outside yours`).join(', '),
		languages.length === 0 ? t`any language` : languages.map((code) => languageName(shown, code)).join(', '),
		...(shift === null ? [] : [shiftText(shown, shift)]),
		...(capacity === null ? [] : [t`at most ${capacity} open each`]),
	];
	return (
		<div className="rota-line">
			<Switch
				size="small"
				checked={isOn}
				loading={save.isPending}
				aria-label={t`The rota ${name} is on`}
				onChange={(to) => save.mutate({ ...rota, isOn: to })}
			/>
			<div className="grow">
				<b>
					<bdi>{name}</bdi>
				</b>{' '}
				<span>{userIds.map((id) => people.get(id) ?? t`Somebody`).join(' → ')}</span>
				<small className="soft">{facts.join(' · ')}</small>
			</div>
			<Button size="small" onClick={onOpen} aria-label={t`Change the rota ${name}`}>
				{t`Change`}
			</Button>
			<Popconfirm
				title={t`Remove this rota? What people hold stays theirs.`}
				okText={t`Remove`}
				cancelText={t`Cancel`}
				onConfirm={() => remove.mutate({ rotaId: rota.rotaId })}
			>
				<Button size="small" type="text" danger aria-label={t`Remove the rota ${name}`}>
					{t`Remove`}
				</Button>
			</Popconfirm>
		</div>
	);
}
