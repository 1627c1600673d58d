import { Trans, useLingui } from '@lingui/react/macro';
import type { ReviewImportRowView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { FileError } from '../../ui/file-import.tsx';
import { When } from '../../ui/figures.tsx';
import { StoreName } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';

/** Files that were taken over, with the right to use them; each can be taken back whole. */
export function Imports() {
	const { t } = useLingui();
	const { data } = useQuery(trpc.reviews.imports.queryOptions());
	const back = useMutation(
		trpc.reviews.takeBack.mutationOptions({
			onSuccess: async () => {
				await queryClient.invalidateQueries(trpc.reviews.pathFilter());
				say(t`The import is taken back`);
			},
		}),
	);
	if (!data || data.length === 0) return null;
	return (
		<section aria-label={t`Earlier imports`}>
			<h3>{t`Earlier imports`}</h3>
			<FileError error={back.error} />
			<ul className="review-imports">
				{data.map((one) => (
					<Row
						key={one.importId}
						of={one}
						busy={back.isPending && back.variables.importId === one.importId}
						onBack={() => back.mutate({ importId: one.importId })}
					/>
				))}
			</ul>
		</section>
	);
}

function Row({ of, busy, onBack }: { of: ReviewImportRowView; busy: boolean; onBack: () => void }) {
	const { t } = useLingui();
	const { byId } = useStores();
	const store = byId.get(of.storeId);
	const n = (value: number): string => formatNumber(shownLanguage(), value);
	const { rightsBy, rightsGround, importedBy, takenBackBy } = of;
	return (
		<li className={of.takenBackAt === null ? '' : 'former'}>
			<div>
				<b>
					<bdi>{of.fileName ?? t`Pasted cells`}</bdi>
				</b>
				<span className="num">
					{t`New`}: {n(of.fresh)} · {t`Changed`}: {n(of.changed)}
				</span>
				{of.takenBackAt === null && (
					<Popconfirm
						title={t`Take this import back?`}
						description={t`What it brought goes; what it changed says again what it said before.`}
						okText={t`Take back`}
						cancelText={t`Cancel`}
						onConfirm={onBack}
					>
						<Button size="small" loading={busy}>{t`Take back`}</Button>
					</Popconfirm>
				)}
			</div>
			<small className="soft">
				{store && <StoreName name={store.name} />} <When at={of.importedAt} relative /> {importedBy}
			</small>
			<small className="soft">
				<Trans>
					{rightsBy} says that they may be used: {rightsGround}
				</Trans>
			</small>
			{of.takenBackAt !== null && (
				<small className="soft">
					<Trans>
						Taken back <When at={of.takenBackAt} relative /> {takenBackBy}
					</Trans>
				</small>
			)}
		</li>
	);
}
