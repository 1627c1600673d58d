import { Trans, useLingui } from '@lingui/react/macro';
import type { DisconnectView, StoreView } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { storeLabel } from '../../ui/site.tsx';

interface DisconnectProps {
	store: StoreView;
	siblings: StoreView[];
	onClose: () => void;
}

/** Says beforehand what will go and what stays, and afterwards what went. */
export function Disconnect({ store, siblings, onClose }: DisconnectProps) {
	const { t, i18n } = useLingui();
	const disconnect = useMutation(trpc.stores.disconnect.mutationOptions());
	const close = () => {
		if (disconnect.data) void queryClient.invalidateQueries(trpc.stores.list.pathFilter());
		onClose();
	};
	if (disconnect.data) return <Result result={disconnect.data} onClose={close} />;
	return (
		<Modal
			open
			title={t`Disconnect ${store.accountName ?? store.name}`}
			okText={t`Disconnect and delete buyers' data`}
			okButtonProps={{ danger: true }}
			confirmLoading={disconnect.isPending}
			onOk={() => disconnect.mutate({ connectionId: store.connectionId })}
			onCancel={close}
		>
			{siblings.length > 1 && (
				<p>
					<Trans>One permission holds these stores; they all stop: {siblings.map(storeLabel).join(', ')}</Trans>
				</p>
			)}
			<p>
				<Trans>
					Our secrets for the platform and the buyers' names and addresses are deleted. Orders and figures stay. To read on later, bind the
					store again.
				</Trans>
			</p>
			{disconnect.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, disconnect.error)}
				</p>
			)}
		</Modal>
	);
}

function Result({ result, onClose }: { result: DisconnectView; onClose: () => void }) {
	const { t } = useLingui();
	const number = (value: number) => formatNumber(shownLanguage(), value);
	const rows: [string, string][] = [
		[t`Stores stopped`, number(result.storesStopped)],
		[t`Secrets deleted`, number(result.secretsDeleted)],
		[t`Buyers' records deleted`, number(result.buyerRecordsDeleted)],
		[t`Kept replies deleted`, number(result.repliesDeleted)],
		[t`Set-aside records deleted`, number(result.setAsideDeleted)],
		[t`Messages deleted`, number(result.messagesDeleted)],
		[t`Orders kept`, number(result.ordersKept)],
		[t`Permission withdrawn at the platform`, result.revokedAtPlatform ? t`yes` : t`no: do it in the seller centre`],
	];
	return (
		<Modal open title={t`Disconnected`} footer={<Button type="primary" onClick={onClose}>{t`Done`}</Button>} onCancel={onClose}>
			<dl className="result">
				{rows.map(([label, value]) => (
					<div key={label}>
						<dt>{label}</dt>
						<dd className="num">{value}</dd>
					</div>
				))}
			</dl>
		</Modal>
	);
}
