// The focused field is what the person has just opened.
/* oxlint-disable jsx-a11y/no-autofocus */
import { EyeOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { OrderDetailView, RevealedBuyer } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { countryName } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';

const SHORTEST_REASON = 3;

/** Buyers' data is masked until somebody says why it is needed. It is held by this component only and gone when it closes. */
export function BuyerBox({ order }: { order: OrderDetailView }) {
	const { t, i18n } = useLingui();
	const mayReveal = useMay('fields.buyer');
	const [asking, setAsking] = useState(false);
	const [reason, setReason] = useState('');
	const tooShort = reason.trim() !== '' && reason.trim().length < SHORTEST_REASON;
	const reveal = useMutation(trpc.orders.reveal.mutationOptions({ gcTime: 0 }));
	const country = order.buyerCountry ? countryName(shownLanguage(), order.buyerCountry) : t`Country not told`;

	if (reveal.data) return <Revealed buyer={reveal.data} country={country} />;
	return (
		<div className="buyer">
			<div className="row">
				<span>{country}</span>
				{order.buyer === 'held' && (
					<span className="masked" aria-label={t`Masked`}>
						••••• •••••
					</span>
				)}
				<span className="grow" />
				{order.buyer === 'held' && mayReveal && !asking && (
					<Button size="small" icon={<EyeOutlined aria-hidden />} onClick={() => setAsking(true)}>
						{t`Show buyer`}
					</Button>
				)}
			</div>
			{order.buyer === 'notSent' && <p className="faint">{t`The platform does not give this app the buyer's name and address.`}</p>}
			{order.buyer === 'purged' && (
				<p className="faint">{t`The buyer's data has been deleted, as the platform requires after delivery.`}</p>
			)}
			{order.buyer === 'held' && !mayReveal && (
				<p className="faint">{t`Buyers' data is hidden from you. An owner of the workspace can show it.`}</p>
			)}
			{asking && (
				<form
					onSubmit={(event) => {
						event.preventDefault();
						if (reason.trim().length >= SHORTEST_REASON) reveal.mutate({ orderId: order.orderId, reason: reason.trim() });
					}}
				>
					<label htmlFor="reveal-reason">{t`What do you need it for? The answer is kept in the log.`}</label>
					<div className="row">
						<Input
							id="reveal-reason"
							size="small"
							autoFocus
							maxLength={300}
							value={reason}
							aria-describedby="reveal-rule"
							onChange={(event) => setReason(event.target.value)}
							placeholder={t`Address check with the carrier`}
						/>
						<Button
							size="small"
							type="primary"
							htmlType="submit"
							loading={reveal.isPending}
							disabled={reason.trim().length < SHORTEST_REASON}
						>
							{t`Show and log`}
						</Button>
					</div>
					{tooShort && <small id="reveal-rule" className="faint">{t`A few words at least, so that others can follow it later.`}</small>}
					{reveal.error && (
						<p className="risk" role="alert">
							{errorSentence(i18n, reveal.error)}
						</p>
					)}
				</form>
			)}
		</div>
	);
}

function Revealed({ buyer, country }: { buyer: RevealedBuyer; country: string }) {
	const { t } = useLingui();
	const place = [buyer.postalCode, buyer.city, buyer.region].filter((part) => part !== null).join(' ');
	const rows: [string, string | null][] = [
		[t`Name`, buyer.name],
		[t`E-mail`, buyer.email],
		[t`Telephone`, buyer.phone],
		[t`Tax number`, buyer.taxId],
		[t`Address`, [...buyer.addressLines, place, country].filter((line) => line !== '').join('\n')],
	];
	return (
		<div className="buyer revealed">
			<dl>
				{rows.map(([label, value]) => (
					<div key={label}>
						<dt>{label}</dt>
						<dd>
							<bdi>{value ?? t`Not told`}</bdi>
						</dd>
					</div>
				))}
			</dl>
			<p className="faint">
				{buyer.maskedByPlatform && <Trans>The platform itself masks parts of this. </Trans>}
				<Trans>
					Will be deleted <When at={buyer.diesAt} />.
				</Trans>
			</p>
		</div>
	);
}
