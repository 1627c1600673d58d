import { useLingui } from '@lingui/react/macro';
import type { EvidenceView, OrderDetailView } from '@pangea/api';
import { FIELDS } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Modal, Spin } from 'antd';
import { useState } from 'react';
import { formatBytes } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useSession } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { indentJson } from './payload.ts';

/** The platform's replies behind the order, as they came. */
export function Evidence({ order }: { order: OrderDetailView }) {
	const { t } = useLingui();
	const [open, setOpen] = useState<EvidenceView | null>(null);
	const { membership } = useSession();
	// A reply may tell anything of an order, so it is read by who may see everything.
	const may = (['evidence.read', ...FIELDS.map((field) => `fields.${field}` as const)] as const).every((permission) =>
		membership.permissions.includes(permission),
	);
	if (!may)
		return <p className="faint">{t`The platform's replies hold buyers' data and amounts. They are open to managers who see both.`}</p>;
	if (order.evidence.length === 0) return <p className="faint">{t`No reply is kept for this order.`}</p>;
	return (
		<>
			<ul className="evidence">
				{order.evidence.map((reply) => (
					<li key={reply.rawReplyId}>
						<button type="button" onClick={() => setOpen(reply)}>
							<code>{reply.operation}</code>
							<span className="grow" />
							<small className="num">{formatBytes(shownLanguage(), reply.size)}</small>
							<When at={reply.fetchedAt} />
						</button>
					</li>
				))}
			</ul>
			{open && <Reply reply={open} onClose={() => setOpen(null)} />}
		</>
	);
}

function Reply({ reply, onClose }: { reply: EvidenceView; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const document = useQuery(trpc.orders.evidence.queryOptions({ rawReplyId: reply.rawReplyId }, { gcTime: 0 }));
	return (
		<Modal open title={<code>{reply.operation}</code>} width={860} footer={null} onCancel={onClose}>
			{document.error && <p className="risk">{errorSentence(i18n, document.error)}</p>}
			{document.isPending && <Spin />}
			{document.data && (
				<>
					<p className="faint">
						{t`As the platform sent it.`} {document.data.masked && t`Personal fields are masked.`}{' '}
						{document.data.truncated && t`Only the beginning is shown.`}
					</p>
					{/* What scrolls has to be reachable by keys. */}
					{/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
					<pre className="payload" tabIndex={0} aria-label={t`Reply of the platform`}>
						{indentJson(document.data.text)}
					</pre>
				</>
			)}
		</Modal>
	);
}
