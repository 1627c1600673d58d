import { MailOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { MailboxView } from '@pangea/api';
import type { PlatformId } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { sentence } from '../../problems.ts';
import { useMay, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { MailboxForm } from './mailbox-form.tsx';

/** The mailboxes to which a platform sends what buyers write; nothing where it has a chat of its own. */
export function Mailboxes({ platform }: { platform: PlatformId }) {
	const { t } = useLingui();
	const [open, setOpen] = useState(false);
	const { data } = useQuery(trpc.mailboxes.list.queryOptions());
	const own = (data ?? []).filter((one) => one.platform === platform);
	if (own.length === 0) return null;
	const wanting = own.filter((one) => !one.named || one.code !== null).length;
	return (
		<>
			<Button size="small" icon={<MailOutlined aria-hidden />} onClick={() => setOpen(true)}>
				{t`Buyers' mail`}
				{wanting > 0 && <span className="warn"> · {t`${wanting} to set up`}</span>}
			</Button>
			<Drawer open={open} size={520} title={t`Buyers' mail`} onClose={() => setOpen(false)} destroyOnHidden>
				<p className="soft about">
					<Trans>
						This platform has no interface for reading buyers' messages: it sends them by mail. Name the mailbox that is registered there,
						and they stand in the inbox; answers go out from the same address.
					</Trans>
				</p>
				{own.map((mailbox) => (
					<OneMailbox key={mailbox.connectionId} mailbox={mailbox} opened={own.length === 1 && !mailbox.named} />
				))}
			</Drawer>
		</>
	);
}

function OneMailbox({ mailbox, opened }: { mailbox: MailboxView; opened: boolean }) {
	const { t } = useLingui();
	const { byId } = useStores();
	const mayManage = useMay('stores.manage');
	const [editing, setEditing] = useState(opened);
	const stores = mailbox.storeIds.flatMap((id) => byId.get(id) ?? []).map(storeLabel);
	return (
		<section className="mailbox" aria-label={stores.join(', ')}>
			<header>
				<div>
					<h3>{mailbox.settings?.address ?? (mailbox.named ? t`A mailbox is named` : t`No mailbox yet`)}</h3>
					<small className="soft">{stores.join(' · ')}</small>
					<State mailbox={mailbox} />
				</div>
				{mayManage && !editing && (
					<Button size="small" type={mailbox.named ? 'default' : 'primary'} onClick={() => setEditing(true)}>
						{mailbox.named ? t`Change …` : t`Set up …`}
					</Button>
				)}
			</header>
			{editing && mayManage && <MailboxForm mailbox={mailbox} onClose={() => setEditing(false)} />}
		</section>
	);
}

function State({ mailbox }: { mailbox: MailboxView }) {
	const { t, i18n } = useLingui();
	if (!mailbox.named) return null;
	if (mailbox.code !== null && mailbox.code !== 'mailboxMissing') return <small className="risk">{sentence(i18n, mailbox.code)}</small>;
	if (mailbox.readUntil === null) return <small className="soft">{t`Being read for the first time`}</small>;
	return (
		<small className="soft">
			{t`Read`} <When at={mailbox.readUntil} relative />
		</small>
	);
}
