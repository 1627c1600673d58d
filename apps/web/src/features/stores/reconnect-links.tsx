import { Trans, useLingui } from '@lingui/react/macro';
import type { StoreView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Drawer, Select } from 'antd';
import { useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { CopyRow } from '../../ui/copy-row.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { storeLabel } from '../../ui/site.tsx';

const HOURS = [24, 72, 168] as const;

/** Links with which the owner of a shop renews its permission without a login here. */
export function ReconnectLinks({ store, onClose }: { store: StoreView; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const { connectionId } = store;
	const [hours, setHours] = useState<number>(72);
	const links = useQuery(trpc.links.list.queryOptions({ connectionId }, { staleTime: 0 }));
	const refresh = { onSuccess: () => queryClient.invalidateQueries(trpc.links.list.pathFilter()) };
	const make = useMutation(trpc.links.make.mutationOptions(refresh));
	const revoke = useMutation(trpc.links.revoke.mutationOptions(refresh));
	const states = { open: t`open`, used: t`used`, revoked: t`withdrawn`, expired: t`run out` };
	const error = make.error ?? revoke.error ?? links.error;
	return (
		<Drawer open size={520} title={t`Reconnect link · ${storeLabel(store)}`} onClose={onClose} className="reconnect-links">
			<p className="soft">
				<Trans>
					Send it to the owner of the shop, who needs no login here. It works once, for this account at the platform only, and tells neither
					your workspace nor the store.
				</Trans>
			</p>
			<form
				className="row"
				onSubmit={(event) => {
					event.preventDefault();
					make.mutate({ connectionId, hours });
				}}
			>
				<label htmlFor="link-hours">{t`Good for`}</label>
				<Select
					id="link-hours"
					value={hours}
					onChange={setHours}
					options={HOURS.map((value) => ({ value, label: value < 168 ? t`${value} hours` : t`7 days` }))}
				/>
				<Button type="primary" htmlType="submit" loading={make.isPending}>
					{t`Make a link`}
				</Button>
			</form>
			{error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, error)}
				</p>
			)}
			{make.data && (
				<section className="made">
					<CopyRow text={make.data.link} label={t`Reconnect link`} />
					<small className="soft">
						{t`Shown this once. Good until`} <When at={make.data.expiresAt} />
					</small>
				</section>
			)}
			<h3>{t`Links so far`}</h3>
			{links.isPending ? (
				<Skeleton rows={2} height={40} />
			) : links.data?.length === 0 ? (
				<p className="faint">{t`none yet`}</p>
			) : (
				<ul>
					{links.data?.map((link) => (
						<li key={link.linkId} className={link.state}>
							<span className="grow">
								<b>{states[link.state]}</b>{' '}
								<small className="soft">
									{link.state === 'open' ? t`until` : null} <When at={link.endedAt ?? link.expiresAt} />
								</small>
								<small className="soft">
									<bdi>{link.maker ?? t`somebody who has left`}</bdi> · <When at={link.madeAt} />
								</small>
							</span>
							{link.state === 'open' && (
								<Button size="small" type="text" loading={revoke.isPending} onClick={() => revoke.mutate({ linkId: link.linkId })}>
									{t`Withdraw`}
								</Button>
							)}
						</li>
					))}
				</ul>
			)}
		</Drawer>
	);
}
