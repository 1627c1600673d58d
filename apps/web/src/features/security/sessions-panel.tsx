import { useLingui } from '@lingui/react/macro';
import type { SessionView } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { say } from '../../ui/toast.tsx';

/** Where the person is signed in, this device first. */
export function SessionsPanel({ sessions }: { sessions: readonly SessionView[] }) {
	const { t, i18n } = useLingui();
	const settled = {
		onSettled: () => queryClient.invalidateQueries(trpc.session.security.pathFilter()),
		onError: (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' }),
	};
	const end = useMutation(trpc.session.end.mutationOptions(settled));
	const endOthers = useMutation(trpc.session.endOthers.mutationOptions(settled));
	const device = ({ browser, system }: SessionView): string => {
		if (browser !== null && system !== null) return t`${browser} on ${system}`;
		return browser ?? system ?? t`A program or an unknown browser`;
	};
	return (
		<section className="panel">
			<header>
				<h2>{t`Where you are signed in`}</h2>
				{sessions.length > 1 && (
					<Popconfirm
						title={t`End all sessions but this one?`}
						description={t`Devices that were trusted are asked for a code again.`}
						okText={t`End them`}
						onConfirm={() => endOthers.mutate({})}
					>
						<Button size="small" loading={endOthers.isPending}>
							{t`End all others`}
						</Button>
					</Popconfirm>
				)}
			</header>
			<ul className="sessions">
				{sessions
					.toSorted((a, b) => Number(b.current) - Number(a.current))
					.map((session) => (
						<li key={session.sessionId}>
							<div>
								<b>
									{device(session)}
									{session.current && <em className="tag">{t`this one`}</em>}
								</b>
								<small className="soft">
									{session.address !== null && <span>{session.address} · </span>}
									{t`signed in`} <When at={session.since} /> · {t`last seen`} <When at={session.lastSeenAt} />
								</small>
							</div>
							{!session.current && (
								<Button
									size="small"
									aria-label={t`End the session of ${device(session)}`}
									onClick={() => end.mutate({ sessionId: session.sessionId })}
								>
									{t`End`}
								</Button>
							)}
						</li>
					))}
			</ul>
		</section>
	);
}
