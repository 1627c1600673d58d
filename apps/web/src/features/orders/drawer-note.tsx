import { useLingui } from '@lingui/react/macro';
import type { OrderDetailView } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Key } from '../../ui/key.tsx';

export function Note({ order }: { order: OrderDetailView }) {
	const { t, i18n } = useLingui();
	const mayAnnotate = useMay('orders.annotate');
	const [text, setText] = useState(order.note ?? '');
	const save = useMutation(
		trpc.orders.annotate.mutationOptions({
			onSuccess: () => queryClient.invalidateQueries(trpc.orders.detail.queryFilter({ orderId: order.orderId })),
		}),
	);
	if (!mayAnnotate) return order.note ? <p className="note-text">{order.note}</p> : <p className="faint">{t`No note`}</p>;
	const changed = text.trim() !== (order.note ?? '');
	const submit = () => changed && save.mutate({ orderIds: [order.orderId], note: text.trim() === '' ? null : text.trim() });
	return (
		<div className="note">
			<Input.TextArea
				autoSize={{ minRows: 2, maxRows: 8 }}
				maxLength={4000}
				value={text}
				aria-label={t`Note`}
				placeholder={t`Seen by everybody in the workspace, not by the buyer`}
				onChange={(event) => setText(event.target.value)}
				onKeyDown={(event) => {
					if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && !event.nativeEvent.isComposing) submit();
				}}
			/>
			{changed && (
				<Button size="small" type="primary" loading={save.isPending} onClick={submit}>
					{t`Save note`} <Key of="Mod+Enter" />
				</Button>
			)}
			{save.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, save.error)}
				</p>
			)}
		</div>
	);
}
