import { PlusOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { ChannelView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { errorSentence, sentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { say } from '../../ui/toast.tsx';
import { ChannelForm } from './channel-form.tsx';
import './notices.css';
import { CHANNEL_WORDS } from './words.ts';

const refresh = () => queryClient.invalidateQueries(trpc.notices.channels.pathFilter());

/** Where the workspace's notices go beside the screen, and whether they arrive. */
export function ChannelsPanel() {
	const { t, i18n } = useLingui();
	const { data, error } = useQuery(trpc.notices.channels.queryOptions());
	const [adding, setAdding] = useState(false);
	return (
		<section className="panel channels" id="channels" aria-label={t`Where notices go`}>
			<div className="head">
				<div>
					<h2>{t`Where notices go`}</h2>
					<small className="faint">{t`Beside the bell: by e-mail to a member, or to a group chat. Nothing of buyers is ever told.`}</small>
				</div>
				<Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
					{t`Add`}
				</Button>
			</div>
			{error && <p className="risk empty-line">{errorSentence(i18n, error)}</p>}
			{data?.length === 0 && (
				<p className="soft empty-line">
					<Trans>Notices stand behind the bell only.</Trans>
				</p>
			)}
			<ul>
				{(data ?? []).map((channel) => (
					<Channel key={channel.channelId} channel={channel} />
				))}
			</ul>
			{adding && <ChannelForm onClose={() => setAdding(false)} onAdded={() => void refresh()} />}
		</section>
	);
}

function Channel({ channel }: { channel: ChannelView }) {
	const { t, i18n } = useLingui();
	const { channelId, name, problem } = channel;
	const test = useMutation(
		trpc.notices.testChannel.mutationOptions({
			onSuccess: () => say(t`The test has arrived at ${name}`),
			onSettled: () => void refresh(),
		}),
	);
	const remove = useMutation(
		trpc.notices.removeChannel.mutationOptions({
			onSuccess: () => void refresh(),
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	return (
		<li>
			<div>
				<b className="cut">{name}</b>
				<small className="soft cut">
					{i18n._(CHANNEL_WORDS[channel.kind])}
					{channel.email !== null && <> · {channel.email}</>}
					{channel.sentAt !== null && (
						<>
							{' · '}
							<Trans>
								last sent <When at={channel.sentAt} />
							</Trans>
						</>
					)}
				</small>
				{problem && (
					<small className="risk" role="alert">
						{sentence(i18n, problem.code, problem.params)} {problem.params['words']}
					</small>
				)}
			</div>
			<Button size="small" loading={test.isPending} onClick={() => test.mutate({ channelId })} aria-label={t`Send a test to ${name}`}>
				{t`Send a test`}
			</Button>
			<Popconfirm title={t`Send no more notices to ${name}?`} okText={t`Remove`} onConfirm={() => remove.mutate({ channelId })}>
				<Button size="small" type="text" danger aria-label={t`Remove ${name}`}>
					{t`Remove`}
				</Button>
			</Popconfirm>
		</li>
	);
}
