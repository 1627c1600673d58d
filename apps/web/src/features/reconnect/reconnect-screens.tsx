import { Trans, useLingui } from '@lingui/react/macro';
import type { ReconnectView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { PlatformMark } from '../../ui/mark.tsx';
import { beginConsent, pasteToken, readLink, VisitError } from '../../visit.ts';
import { Refused, Sheet } from '../entry/sheet.tsx';
import { readyFields } from '../stores/field.ts';
import { Fields } from '../stores/fields.tsx';
import './reconnect.css';

/** For the owner of a shop, who has no login here: tells the platform and what to do there, and nothing of whose workspace or store it is. */
export function ReconnectScreen() {
	const { t, i18n } = useLingui();
	const { token } = useParams({ from: '/reconnect/$token' });
	const link = useQuery({
		queryKey: ['reconnect', token],
		queryFn: () => readLink(token),
		staleTime: Infinity,
		retry: (count, error) => error instanceof VisitError && error.code === 'unreachable' && count < 2,
	});
	if (link.error)
		return (
			<Sheet title={t`This link leads nowhere`}>
				<Refused text={errorSentence(i18n, link.error)} />
			</Sheet>
		);
	if (!link.data) return null;
	return <Ask token={token} link={link.data} />;
}

function Ask({ token, link }: { token: string; link: ReconnectView }) {
	const { t, i18n } = useLingui();
	const navigate = useNavigate();
	const name = link.names[shownLanguage()] ?? link.names['en'] ?? link.platform;
	const kinds = link.ways.map((way) => way.kind);
	const [way, setWay] = useState(kinds[0] ?? 'redirect');
	const [values, setValues] = useState<Record<string, string>>({});
	const consent = useMutation({ mutationFn: () => beginConsent(token), onSuccess: (url) => location.assign(url) });
	const paste = useMutation({
		mutationFn: (fields: Record<string, string>) => pasteToken(token, fields),
		onSuccess: () => navigate({ to: '/reconnected' }),
	});
	const fields = link.ways.find((one) => one.kind === way)?.fields ?? [];
	const ready = readyFields(fields, values);
	const error = way === 'redirect' ? consent.error : paste.error;
	return (
		<Sheet
			title={t`Authorise ${name} again`}
			lead={t`You are asked to renew a permission at ${name}. It is about orders of a shop that you own or manage there; you need no account here.`}
		>
			<form
				className="reconnect"
				onSubmit={(event) => {
					event.preventDefault();
					if (way === 'redirect') consent.mutate();
					else if (ready) paste.mutate(ready);
				}}
			>
				<p className="row">
					<PlatformMark platform={link.platform} size={32} /> <b>{name}</b>
				</p>
				{kinds.length > 1 && (
					<Segmented
						block
						value={way}
						onChange={setWay}
						options={kinds.map((kind) => ({ value: kind, label: kind === 'redirect' ? t`Consent at the platform` : t`Paste a token` }))}
					/>
				)}
				{way === 'redirect' ? (
					<p className="soft">
						<Trans>You go to the platform, sign in with the shop's main account, agree, and come back here.</Trans>
					</p>
				) : (
					<Fields fields={fields} values={values} onChange={setValues} />
				)}
				{error && <Refused text={errorSentence(i18n, error)} />}
				<Button
					type="primary"
					size="large"
					block
					htmlType="submit"
					disabled={way === 'paste' && !ready}
					loading={consent.isPending || paste.isPending}
				>
					{way === 'redirect' ? t`Go to ${name}` : t`Renew the permission`}
				</Button>
				<small className="faint">
					<Trans>If you did not expect this, close the page; nothing happens.</Trans>
				</small>
			</form>
		</Sheet>
	);
}

/** Where a visitor comes out, whatever became of it. */
export function ReconnectedScreen() {
	const { t, i18n } = useLingui();
	const { problem } = useSearch({ from: '/reconnected' });
	if (problem === undefined)
		return (
			<Sheet title={t`The permission is renewed`} lead={t`Thank you. Orders are being read again; you can close this page.`}>
				{null}
			</Sheet>
		);
	return (
		<Sheet title={t`The permission was not renewed`}>
			<Refused text={sentence(i18n, problem)} />
			{problem !== 'linkNotOpen' && (
				<p className="soft">
					<Trans>The link is still good: open it again to try once more.</Trans>
				</p>
			)}
		</Sheet>
	);
}
