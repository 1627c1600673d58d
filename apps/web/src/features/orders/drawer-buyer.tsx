import { EyeOutlined } from '@ant-design/icons';
import type { I18n } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import type { OrderDetailView, RevealedBuyer } from '@pangea/api';
import { REVEAL_REASONS, type RevealReason } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Input, Radio } from 'antd';
import { useState } from 'react';
import { countryName } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { REASON_WORDS } from '../../words.ts';

const SHORTEST_WORDS = 3;

/** Buyers' data is masked until somebody says why it is needed. It is held by this component only and gone when it closes. */
export function BuyerBox({ order }: { order: OrderDetailView }) {
	const { t } = useLingui();
	const mayReveal = useMay('fields.buyer');
	const [asking, setAsking] = useState(false);
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
			{order.buyer === 'purged' && <p className="faint">{t`Buyers' data of an order this old are not kept.`}</p>}
			{order.buyer === 'held' && !mayReveal && (
				<p className="faint">{t`Buyers' data is hidden from you. An owner of the workspace can show it.`}</p>
			)}
			{asking && (
				<Ask onAsked={(why) => reveal.mutate({ orderId: order.orderId, ...why })} pending={reveal.isPending} error={reveal.error} />
			)}
		</div>
	);
}

interface AskProps {
	onAsked: (why: { reason: RevealReason; words?: string }) => void;
	pending: boolean;
	error: unknown;
}

/** Why somebody needs to know: one of a few reasons, and words where none fits. */
function Ask({ onAsked, pending, error }: AskProps) {
	const { t, i18n } = useLingui();
	const [reason, setReason] = useState<RevealReason | null>(null);
	const [words, setWords] = useState('');
	const said = words.trim();
	const ready = reason !== null && (reason !== 'other' || said.length >= SHORTEST_WORDS);
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				if (ready) onAsked({ reason, ...(said === '' ? {} : { words: said }) });
			}}
		>
			<fieldset className="reasons">
				<legend>{t`What do you need it for? The answer is kept in the log.`}</legend>
				<Radio.Group
					value={reason}
					onChange={(event) => setReason(event.target.value as RevealReason)}
					options={REVEAL_REASONS.map((one, i) => ({ value: one, autoFocus: i === 0, label: reasonWord(i18n, one) }))}
				/>
			</fieldset>
			<div className="row">
				<Input
					size="small"
					maxLength={300}
					value={words}
					aria-label={t`In your words`}
					placeholder={reason === 'other' ? t`In your words` : t`In your words, if you like`}
					onChange={(event) => setWords(event.target.value)}
				/>
				<Button size="small" type="primary" htmlType="submit" loading={pending} disabled={!ready}>
					{t`Show and log`}
				</Button>
			</div>
			{error !== null && (
				<p className="risk" role="alert">
					{errorSentence(i18n, error)}
				</p>
			)}
		</form>
	);
}

function reasonWord(i18n: I18n, reason: RevealReason): string {
	const word = REASON_WORDS[reason];
	return word ? i18n._(word) : reason;
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
