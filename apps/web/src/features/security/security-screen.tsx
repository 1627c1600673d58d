import { useQuery } from '@tanstack/react-query';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { useMay, useSession } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { SettingsTabs } from '../settings/settings-tabs.tsx';
import '../settings/settings.css';
import { RequirePanel } from './require-panel.tsx';
import { SecondFactorPanel } from './second-factor-panel.tsx';
import './security.css';
import { SessionsPanel } from './sessions-panel.tsx';

/** The ways into one's account: the second factor, and where one is signed in. */
export function SecurityScreen() {
	const { me } = useSession();
	const mayRequire = useMay('workspace.manage');
	const security = useQuery(trpc.session.security.queryOptions());
	return (
		<div className="settings security">
			<HeaderSlot>
				<SettingsTabs />
				<span className="soft cut whose">{me.email}</span>
			</HeaderSlot>
			{security.error ? (
				<Broken error={security.error} reset={() => void security.refetch()} />
			) : !security.data ? (
				<Skeleton rows={4} height={64} />
			) : (
				<>
					<SecondFactorPanel security={security.data} />
					{mayRequire && <RequirePanel />}
					<SessionsPanel sessions={security.data.sessions} />
				</>
			)}
		</div>
	);
}
