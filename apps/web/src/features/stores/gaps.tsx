import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { RefillGap } from './refill-gap.tsx';

/** Windows in which the platform counts other than we do. */
export function Gaps({ storeId, onClose }: { storeId: string | null; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const { byId } = useStores();
	const gaps = useQuery(trpc.stores.gaps.queryOptions(storeId ? { storeId } : {}));
	const language = shownLanguage();
	const states = { open: t`open`, filled: t`filled`, unexplained: t`read again, still unequal` };
	return (
		<Drawer open size={560} title={t`Gaps`} onClose={onClose}>
			<p className="soft">
				<Trans>Here the platform counts another number of orders than we hold.</Trans>
			</p>
			{gaps.isPending && <Skeleton rows={4} height={64} />}
			{gaps.error && <p className="risk">{errorSentence(i18n, gaps.error)}</p>}
			{gaps.data?.length === 0 && <Empty title={t`No gap is known`} />}
			<ul className="gaps">
				{(gaps.data ?? []).map((gap) => {
					const store = byId.get(gap.storeId);
					const zone = store?.zone;
					const ours = formatNumber(language, gap.ours);
					const theirs = formatNumber(language, gap.theirs);
					return (
						<li key={gap.gapId}>
							<div>
								<b className="num">
									<When at={gap.from} storeZone={zone} /> – <When at={gap.until} storeZone={zone} />
								</b>
								<small className="soft">
									{store && storeLabel(store)} · {states[gap.state]}
								</small>
							</div>
							<span className={`num ${gap.state === 'filled' ? 'soft' : 'warn'}`}>{t`${ours} of ${theirs}`}</span>
							<RefillGap gap={gap} />
						</li>
					);
				})}
			</ul>
		</Drawer>
	);
}
