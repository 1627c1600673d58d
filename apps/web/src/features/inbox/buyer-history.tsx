import { DisconnectOutlined, LinkOutlined, TeamOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { BuyerHistoryView, ConversationRowView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Popover } from 'antd';
import { useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { useMay, useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import { STATE_WORDS } from '../../words.ts';
import './buyer-history.css';
import { Wait } from './wait.tsx';
import { CONVERSATION_WORDS, KIND_WORDS, TIE_WORDS } from './words.ts';

/** What else is known of the buyer of a conversation, over all channels. */
export function useBuyer(conversationId: string): BuyerHistoryView | undefined {
	return useQuery(trpc.inbox.buyer.queryOptions({ conversationId })).data;
}

/** Says that conversations are with one buyer. */
export function useJoin() {
	const { i18n, t } = useLingui();
	return useMutation(
		trpc.inbox.join.mutationOptions({
			onSuccess: () => {
				say(t`Joined: each stands beside the others, and is answered where it was written.`);
				return queryClient.invalidateQueries(trpc.inbox.buyer.pathFilter());
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
}

/** Other conversations of the buyer and what they bought, each to be opened; and whom a person held apart. */
export function BuyerHistory({ conversationId }: { conversationId: string }) {
	const { t, i18n } = useLingui();
	const mayAnswer = useMay('inbox.answer');
	const buyer = useBuyer(conversationId);
	const join = useJoin();
	const split = useMutation(
		trpc.inbox.split.mutationOptions({
			onSuccess: () => queryClient.invalidateQueries(trpc.inbox.buyer.pathFilter()),
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	if (!buyer) return null;
	const { conversations, apart, orders } = buyer;
	if (conversations.length === 0 && apart.length === 0 && orders.length < 2) return null;
	return (
		<section className="buyer" aria-label={t`The same buyer`}>
			<h3>{t`The same buyer`}</h3>
			{conversations.length > 0 && (
				<ul>
					{conversations.map(({ conversation, reason }) => (
						<li key={conversation.conversationId}>
							<OtherConversation row={conversation} beside={i18n._(TIE_WORDS[reason])} />
							{mayAnswer && (
								<Button
									size="small"
									type="text"
									icon={<DisconnectOutlined aria-hidden />}
									aria-label={t`Another buyer: hold ${nameOf(conversation, t`Buyer`)} apart`}
									title={t`Another buyer: hold apart`}
									onClick={() => split.mutate({ conversationId, otherId: conversation.conversationId })}
								/>
							)}
						</li>
					))}
				</ul>
			)}
			{orders.length > 0 && (
				<ul className="buyer-orders" aria-label={t`Orders of the buyer`}>
					{orders.map((order) => (
						<li key={order.orderId}>
							<Link to="/orders" search={{ order: order.orderId }} className="num cut">
								{order.externalId}
							</Link>
							<span className={`state-word ${order.state}`}>{i18n._(STATE_WORDS[order.state])}</span>
							<small className="faint num">
								<When at={order.placedAt} relative />
							</small>
						</li>
					))}
				</ul>
			)}
			{apart.length > 0 && (
				<>
					<h4 className="soft">{t`Held apart by hand`}</h4>
					<ul>
						{apart.map((row) => (
							<li key={row.conversationId}>
								<OtherConversation row={row} beside={null} />
								{mayAnswer && (
									<Button
										size="small"
										type="text"
										icon={<LinkOutlined aria-hidden />}
										aria-label={t`The same buyer: join ${nameOf(row, t`Buyer`)}`}
										title={t`The same buyer: join`}
										onClick={() => join.mutate({ conversationId, otherIds: [row.conversationId] })}
									/>
								)}
							</li>
						))}
					</ul>
				</>
			)}
		</section>
	);
}

const nameOf = ({ buyerName }: ConversationRowView, otherwise: string): string => buyerName ?? otherwise;

function OtherConversation({ row, beside }: { row: ConversationRowView; beside: string | null }) {
	const { t, i18n } = useLingui();
	const { byId } = useStores();
	const store = byId.get(row.storeId);
	return (
		<Link to="/inbox" search={{ view: 'all', conversation: row.conversationId }} className="buyer-talk" title={beside ?? undefined}>
			<span className="line">
				<PlatformMark platform={row.platform} name={row.platform} size={14} />
				{store && <SiteMark country={store.country} />}
				<span>{i18n._(CONVERSATION_WORDS[row.kind])}</span>
				<span className="grow" />
				{row.waitingSince !== null && !row.done ? (
					<Wait since={row.waitingSince} due={row.due} />
				) : (
					<small className="faint num">
						<When at={row.lastAt} relative />
					</small>
				)}
			</span>
			<small className="soft cut">
				<bdi>{row.buyerName ?? t`Buyer`}</bdi> · <bdi>{row.preview ?? i18n._(KIND_WORDS[row.previewKind])}</bdi>
			</small>
			{beside !== null && <small className="faint cut">{beside}</small>}
		</Link>
	);
}

/** The same where there is no room beside the conversation. */
export function BuyerButton({ conversationId }: { conversationId: string }) {
	const { t } = useLingui();
	const [open, setOpen] = useState(false);
	const buyer = useBuyer(conversationId);
	const count = (buyer?.conversations.length ?? 0) + (buyer?.apart.length ?? 0);
	if (count === 0 && (buyer?.orders.length ?? 0) < 2) return null;
	return (
		<Popover
			open={open}
			onOpenChange={setOpen}
			trigger="click"
			placement="bottomRight"
			destroyOnHidden
			content={<BuyerHistory conversationId={conversationId} />}
		>
			<Button
				size="small"
				className="buyer-button"
				icon={<TeamOutlined aria-hidden />}
				// What is shown has to be in the name.
				aria-label={count > 0 ? `${t`The same buyer`} ${count}` : t`The same buyer`}
				aria-keyshortcuts="b"
				aria-expanded={open}
				title={`${t`The same buyer`} (B)`}
			>
				{count > 0 ? count : null}
			</Button>
		</Popover>
	);
}

/** Leads the keys to the buyer's other conversations, beside the conversation or behind their button. */
export function goToBuyer(): void {
	const beside = document.querySelector<HTMLElement>('.context .buyer a');
	if (beside && beside.offsetParent !== null) beside.focus();
	else document.querySelector<HTMLButtonElement>('.thread .buyer-button')?.click();
}
