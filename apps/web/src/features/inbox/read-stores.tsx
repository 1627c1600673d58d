import { Plural, useLingui } from '@lingui/react/macro';
import { PLATFORMS } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { sentence } from '../../problems.ts';
import { trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';

/** Which stores' messages are read and up to when: an empty inbox must never pass for a quiet one. */
export function ReadStores() {
	const { t, i18n } = useLingui();
	const { data } = useQuery(trpc.inbox.stores.queryOptions());
	if (!data) return null;
	const names = (of: typeof data): string => [...new Set(of.map((store) => PLATFORMS[store.platform].name))].join(', ');
	const read = data.filter((store) => store.state === 'read');
	const waiting = data.filter((store) => store.state === 'waiting');
	const closed = data.filter((store) => store.state === 'scopeMissing');
	const mailless = data.filter((store) => store.state === 'mailbox');
	const cases = data.filter((store) => store.state === 'cases');
	const none = data.filter((store) => store.state === 'none');
	const oldest = read
		.flatMap((store) => store.readUntil ?? [])
		.toSorted()
		.at(0);
	return (
		<ul className="read-stores faint">
			{read.length > 0 && oldest !== undefined && (
				<li>
					<Plural value={read.length} one="# store read" other="# stores read" /> · <When at={oldest} relative />
				</li>
			)}
			{waiting.length > 0 && (
				<li>
					<Plural value={waiting.length} one="# store is not read yet" other="# stores are not read yet" />
				</li>
			)}
			{closed.length > 0 && (
				<li className="warn">{t`${names(closed)} has not opened messages to your app. Ask for that permission at the platform.`}</li>
			)}
			{mailless.length > 0 && (
				<li className="warn">
					{names(mailless)}: {sentence(i18n, mailless[0]?.code ?? 'mailboxMissing')} <Link to="/stores">{t`Stores`}</Link>
				</li>
			)}
			{cases.length > 0 && <li>{t`${names(cases)} offers no messages; its cases are shown to read.`}</li>}
			{none.length > 0 && <li>{t`Not read here yet: ${names(none)}`}</li>}
		</ul>
	);
}
