import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { QuarantineView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Drawer } from 'antd';
import { errorSentence } from '../../problems.ts';
import { useMay, useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';

/** The API replays so many at once. */
const AT_ONCE = 500;

/** Records we could not understand, by cause. Nothing of them is lost: they are kept as they came and can be tried again. */
export function Quarantine({ storeId, onClose }: { storeId: string | null; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const mayOperate = useMay('sync.operate');
	const { byId } = useStores();
	const records = useQuery(trpc.stores.quarantine.queryOptions(storeId ? { storeId } : {}));
	const replay = useMutation(
		trpc.stores.replayQuarantine.mutationOptions({
			onSuccess: ({ replayed, waiting }) => {
				void queryClient.invalidateQueries(trpc.stores.quarantine.pathFilter());
				void queryClient.invalidateQueries(trpc.stores.list.pathFilter());
				say(t`Understood now: ${replayed}. Still waiting: ${waiting}.`);
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const causes = Object.entries(Object.groupBy(records.data ?? [], (record: QuarantineView) => record.cause));
	return (
		<Drawer open size={560} title={t`Set aside`} onClose={onClose}>
			<p className="soft">
				<Trans>These records came in a form we did not understand. They are kept as they came; after an update try them again.</Trans>
			</p>
			{records.isPending && <Skeleton rows={4} height={64} />}
			{records.error && <p className="risk">{errorSentence(i18n, records.error)}</p>}
			{records.data?.length === 0 && <Empty title={t`Nothing is set aside`} />}
			{causes.map(([cause, group = []]) => (
				<section key={cause} className="cause">
					<header>
						<b>{cause}</b>
						<span className="grow" />
						{mayOperate && (
							<Button
								size="small"
								loading={replay.isPending}
								onClick={() => replay.mutate({ quarantineIds: group.slice(0, AT_ONCE).map((record) => record.quarantineId) })}
							>
								{t`Try ${Math.min(group.length, AT_ONCE)} again`}
							</Button>
						)}
					</header>
					<ul>
						{group.slice(0, 50).map((record) => {
							const store = byId.get(record.storeId ?? '');
							return (
								<li key={record.quarantineId}>
									<PlatformMark platform={record.platform} size={16} />
									<span className="num cut">{record.externalId ?? t`no number`}</span>
									<span className="soft cut grow">{store && storeLabel(store)}</span>
									<small className="soft">
										<Plural value={record.attempts} one="tried once" other="tried # times" />
									</small>
									<small className="num soft">
										<When at={record.lastAt} />
									</small>
								</li>
							);
						})}
					</ul>
				</section>
			))}
		</Drawer>
	);
}
