import { Trans, useLingui } from '@lingui/react/macro';
import type { OrderDetailView, OrderMessageView } from '@pangea/api';
import { type AllowedOrderMessage, type OrderMessageKind, PLATFORMS } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { ORDER_MESSAGE_STATE_WORDS, ORDER_MESSAGE_WORDS } from './message-words.ts';
import './drawer-messages.css';

/** While one is on its way it is looked at again so often. */
const LOOK_MS = 2000;

/** What was sent about an order, and what its platform allows to send now: asked of it when somebody wants to know. */
export function Messages({ order, storeZone }: { order: OrderDetailView; storeZone: string | undefined }) {
	const { t } = useLingui();
	const mayAnswer = useMay('inbox.answer');
	const [asked, setAsked] = useState(false);
	const { orderId } = order;
	const sent = useQuery({
		...trpc.orders.messages.queryOptions({ orderId }),
		refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? LOOK_MS : false),
	});
	const name = PLATFORMS[order.platform].name;
	const rows = sent.data ?? [];
	return (
		<div className="order-messages">
			{rows.length > 0 && (
				<ul className="order-sent">
					{rows.map((one) => (
						<Sent key={one.messageId} one={one} storeZone={storeZone} />
					))}
				</ul>
			)}
			{mayAnswer && !asked && (
				<Button size="small" onClick={() => setAsked(true)}>
					{t`Ask ${name} what may be sent`}
				</Button>
			)}
			{!mayAnswer && rows.length === 0 && <p className="faint">{t`Nothing was sent from here.`}</p>}
			{asked && <Offer order={order} />}
		</div>
	);
}

function isUnderWay({ state }: OrderMessageView): boolean {
	return state === 'queued' || state === 'sending';
}

function Sent({ one, storeZone }: { one: OrderMessageView; storeZone: string | undefined }) {
	const { i18n } = useLingui();
	const lost = one.state === 'rejected' || one.state === 'failed' || one.state === 'unknown';
	return (
		<li data-order-message={one.kind} data-state={one.state}>
			<div className="order-message-head">
				<b>{i18n._(ORDER_MESSAGE_WORDS[one.kind])}</b>
				<span className={lost ? 'risk' : ''}>{i18n._(ORDER_MESSAGE_STATE_WORDS[one.state])}</span>
				<span className="grow" />
				<small className="faint">
					<When at={one.askedAt} storeZone={storeZone} />
				</small>
			</div>
			{one.text !== null && <bdi dir="auto">{one.text}</bdi>}
			{one.errorCode !== null && <small className="soft">{sentence(i18n, one.errorCode)}</small>}
			{one.state === 'unknown' && (
				<small className="soft">
					<Trans>The platform gave no answer, and nothing tells whether the buyer has it. Look there before you send it again.</Trans>
				</small>
			)}
		</li>
	);
}

/** Buttons for what the platform allows now, and for nothing else. */
function Offer({ order }: { order: OrderDetailView }) {
	const { t, i18n } = useLingui();
	const [chosen, setChosen] = useState<OrderMessageKind | null>(null);
	const offer = useQuery({ ...trpc.orders.messageOffer.queryOptions({ orderId: order.orderId }), gcTime: 0, staleTime: 0 });
	const name = PLATFORMS[order.platform].name;
	if (offer.error)
		return (
			<p className="risk" role="alert">
				{errorSentence(i18n, offer.error)}{' '}
				<Button size="small" onClick={() => void offer.refetch()}>
					{t`Try again`}
				</Button>
			</p>
		);
	if (!offer.data) return <output className="faint">{t`Asking ${name} …`}</output>;
	const { allowed, elsewhere, language } = offer.data;
	const one = allowed.find(({ kind }) => kind === chosen);
	const sent = (): void => {
		setChosen(null);
		void queryClient.invalidateQueries(trpc.orders.messages.queryFilter({ orderId: order.orderId }));
	};
	return (
		<div className="order-offer">
			{allowed.length === 0 && <p className="faint">{t`${name} allows no message about this order now.`}</p>}
			{allowed.length > 0 && (
				<ul className="order-kinds" aria-label={t`What ${name} allows now`}>
					{allowed.map(({ kind }) => (
						<li key={kind}>
							<Button size="small" aria-pressed={kind === chosen} onClick={() => setChosen(kind === chosen ? null : kind)}>
								{i18n._(ORDER_MESSAGE_WORDS[kind])}
							</Button>
						</li>
					))}
				</ul>
			)}
			{elsewhere.length > 0 && (
				<p className="faint">
					{t`Allowed too, and done at ${name}:`} <span className="raw">{elsewhere.join(' · ')}</span>
				</p>
			)}
			{one && <Write key={one.kind} order={order} allowed={one} language={language} onSent={sent} />}
		</div>
	);
}

interface WriteProps {
	order: OrderDetailView;
	allowed: AllowedOrderMessage;
	language: string | null;
	onSent: () => void;
}

function Write({ order, allowed: { kind, longest }, language, onSent }: WriteProps) {
	const { t, i18n } = useLingui();
	const [text, setText] = useState('');
	// One id for this message however often it is asked for: it is sent once.
	const [messageId] = useState(() => crypto.randomUUID());
	const send = useMutation(trpc.orders.sendMessage.mutationOptions({ onSuccess: onSent }));
	const name = PLATFORMS[order.platform].name;
	const words = text.trim();
	const shown = language === null ? null : (new Intl.DisplayNames(i18n.locale, { type: 'language' }).of(language) ?? language);
	return (
		<div className="order-write">
			{longest === null ? (
				<p className="soft">
					{t`${name} writes the words and asks for a review of the product and of the seller. It takes one such request for an order.`}
				</p>
			) : (
				<>
					{shown !== null && <p className="soft">{t`The buyer wants to be written to in: ${shown}`}</p>}
					<Input.TextArea
						autoSize={{ minRows: 3, maxRows: 10 }}
						maxLength={longest}
						value={text}
						aria-label={i18n._(ORDER_MESSAGE_WORDS[kind])}
						onChange={(event) => setText(event.target.value)}
					/>
				</>
			)}
			<div className="order-message-head">
				{longest !== null && (
					<small className="faint num">
						{formatNumber(shownLanguage(), text.length)} / {formatNumber(shownLanguage(), longest)}
					</small>
				)}
				<span className="grow" />
				<Popconfirm
					title={t`Send this to the buyer?`}
					description={t`${name} passes it on at once. It cannot be taken back.`}
					okText={t`Send`}
					cancelText={t`Cancel`}
					onConfirm={() => send.mutate({ orderId: order.orderId, messageId, kind, text: longest === null ? null : words })}
				>
					<Button size="small" type="primary" disabled={longest !== null && words === ''} loading={send.isPending}>
						{longest === null ? t`Ask for a review …` : t`Send …`}
					</Button>
				</Popconfirm>
			</div>
			{send.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, send.error)}
				</p>
			)}
		</div>
	);
}
