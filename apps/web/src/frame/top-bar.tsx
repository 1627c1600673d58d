import { BellOutlined, SearchOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Dropdown } from 'antd';
import { signOut } from '../auth.ts';
import { useNow } from '../clock.tsx';
import { BEIJING, formatClock } from '../format.ts';
import { shownLanguage } from '../i18n.ts';
import { useLiveState } from '../live.tsx';
import { type Clock, setPreferences, usePreferences } from '../preferences.ts';
import { errorSentence } from '../problems.ts';
import { useSession } from '../session.tsx';
import { queryClient, trpc } from '../trpc.ts';
import { initials } from '../ui/initials.ts';
import { Key } from '../ui/key.tsx';
import { PangeaMark } from '../ui/mark.tsx';
import { say } from '../ui/toast.tsx';

interface TopBarProps {
	slotRef: (element: HTMLElement | null) => void;
	onPalette: () => void;
	onNotices: () => void;
	onKeys: () => void;
	narrow: boolean;
}

export function TopBar({ slotRef, onPalette, onNotices, onKeys, narrow }: TopBarProps) {
	const { t } = useLingui();
	return (
		<header className="top">
			<div className="slot" ref={slotRef} />
			<div className="tools">
				{narrow && (
					<span className="corner">
						<PangeaMark />
					</span>
				)}
				<button type="button" className="search" onClick={onPalette} title={t`Go to anything`} aria-keyshortcuts="Control+K Meta+K">
					<SearchOutlined aria-hidden />
					<span className="unseen">{t`Go to anything`}</span>
					{!narrow && (
						<span aria-hidden>
							<Key of="Mod+k" />
						</span>
					)}
				</button>
				<ClockChoice narrow={narrow} />
				<Live narrow={narrow} />
				<Bell onNotices={onNotices} />
				<Yourself onKeys={onKeys} />
			</div>
		</header>
	);
}

function ClockChoice({ narrow }: { narrow: boolean }) {
	const { t } = useLingui();
	const { clock } = usePreferences();
	const { membership } = useSession();
	const now = useNow();
	const language = shownLanguage();
	const zone = membership.zone;
	const labels: Record<Clock, string> = { beijing: t`Beijing`, workspace: t`Workspace`, store: t`Each store's` };
	const times: Record<Clock, string> = {
		beijing: formatClock(language, now, BEIJING),
		workspace: formatClock(language, now, zone),
		store: '',
	};
	const zones: Record<Clock, string> = { beijing: BEIJING, workspace: zone, store: t`where the order was placed` };
	const label = labels[clock];
	return (
		<Dropdown
			trigger={['click']}
			menu={{
				selectable: true,
				selectedKeys: [clock],
				onClick: ({ key }) => setPreferences({ clock: key as Clock }),
				items: (['beijing', 'workspace', 'store'] as const).map((key) => ({
					key,
					label: (
						<span className="clock-choice">
							<b>{labels[key]}</b> <span className="num">{times[key]}</span>
							<small>{zones[key]}</small>
						</span>
					),
				})),
			}}
		>
			<button type="button" className="tool" title={t`Clock: ${label}`}>
				{!narrow && <span className="soft">{label}</span>} <span className="num">{times[clock] || (narrow ? label : '')}</span>
			</button>
		</Dropdown>
	);
}

function Live({ narrow }: { narrow: boolean }) {
	const { t } = useLingui();
	const state = useLiveState();
	const since =
		state.kind === 'offline' ? formatClock(shownLanguage(), Date.parse(state.since), Intl.DateTimeFormat().resolvedOptions().timeZone) : '';
	const word = state.kind === 'live' ? t`Live` : state.kind === 'catchingUp' ? t`Catching up` : t`Offline since ${since}`;
	return (
		<output className={`live ${state.kind}`} title={word}>
			<i aria-hidden />
			<span className={narrow ? 'unseen' : ''}>{word}</span>
		</output>
	);
}

function Bell({ onNotices }: { onNotices: () => void }) {
	const { t } = useLingui();
	const { data } = useQuery(trpc.notices.list.queryOptions());
	const open = data?.open ?? 0;
	const grave = (data?.notices ?? []).some((notice) => notice.resolvedAt === null && notice.level === 'risk');
	const name = open === 0 ? t`Notices: nothing needs you` : t`Notices: ${open}`;
	return (
		<button type="button" className="tool bell" title={name} aria-label={name} aria-keyshortcuts="g a" onClick={onNotices}>
			<BellOutlined aria-hidden />
			{open > 0 && (
				<span className={`count num ${grave ? 'grave' : ''}`} aria-hidden>
					{open > 99 ? '99+' : open}
				</span>
			)}
		</button>
	);
}

function Yourself({ onKeys }: { onKeys: () => void }) {
	const { t, i18n } = useLingui();
	const { me, membership } = useSession();
	const navigate = useNavigate();
	const leave = async () => {
		try {
			await signOut();
			queryClient.clear();
			location.assign('/sign-in');
		} catch (error) {
			say(errorSentence(i18n, error), { tone: 'problem' });
		}
	};
	const others = me.memberships.length > 1;
	return (
		<Dropdown
			trigger={['click']}
			placement="bottomRight"
			menu={{
				items: [
					{
						key: 'who',
						type: 'group',
						label: (
							<span className="who">
								<b>{me.name}</b>
								<small>{me.email}</small>
							</span>
						),
					},
					...(others
						? [
								{
									key: 'workspaces',
									type: 'group' as const,
									label: t`Workspaces`,
									children: me.memberships.map((m) => ({
										key: m.workspaceId,
										label: m.name,
										disabled: m.workspaceId === membership.workspaceId,
										onClick: () => {
											setPreferences({ workspaceId: m.workspaceId });
											queryClient.clear();
											void navigate({ to: '/' });
										},
									})),
								},
							]
						: [{ key: 'workspace', label: membership.name, disabled: true }]),
					{ type: 'divider' },
					{ key: 'settings', label: t`Settings`, onClick: () => void navigate({ to: '/settings' }) },
					{
						key: 'keys',
						label: (
							<span className="spread">
								<Trans>Keyboard</Trans> <Key of="?" />
							</span>
						),
						onClick: onKeys,
					},
					{ type: 'divider' },
					{ key: 'leave', label: t`Sign out`, onClick: () => void leave() },
				],
			}}
		>
			<button type="button" className="me" title={me.name}>
				{initials(me.name)}
			</button>
		</Dropdown>
	);
}
