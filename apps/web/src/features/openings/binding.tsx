import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { CopiedSetting, OpeningView } from '@pangea/api';
import { isStoreColour } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Checkbox, Select } from 'antd';
import { useId, useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { storeLabel } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import { COLOUR_WORDS, MODE_WORDS } from '../../words.ts';
import { SETTING_WORDS } from './words.ts';

interface BindingProps {
	opening: OpeningView;
	/** Stores that came of other openings. */
	taken: readonly string[];
	onBind: () => void;
}

/** The account above all sites has stores on any of them. */
const ABOVE_SITES = 'CBT';

/** The end of an opening: the store is bound, said to be the one, and made like its sisters. */
export function Binding({ opening, taken, onBind }: BindingProps) {
	const { t, i18n } = useLingui();
	const id = useId();
	const { stores, byId } = useStores();
	const [picked, setPicked] = useState<string>();
	const tie = useMutation(
		trpc.openings.tie.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.openings.list.pathFilter()) }),
	);
	const tied = opening.storeId === null ? null : (byId.get(opening.storeId) ?? null);
	if (opening.storeId !== null)
		return tied === null ? null : (
			<>
				<p>
					<Link to="/stores" search={{ store: tied.storeId }}>
						{storeLabel(tied)}
					</Link>
				</p>
				<CopySettings toStoreId={tied.storeId} />
			</>
		);
	if (opening.endedAt !== null) return null;
	const candidates = stores.filter(
		(store) =>
			store.platform === opening.platform &&
			(store.siteId === opening.siteId || opening.siteId === ABOVE_SITES) &&
			!taken.includes(store.storeId),
	);
	const chosen = candidates.find((store) => store.storeId === picked) ?? (candidates.length === 1 ? candidates[0] : undefined);
	return (
		<div className="opening-binding">
			<Button type="primary" onClick={onBind}>
				{t`Bind the store`}
			</Button>
			{candidates.length > 0 && (
				<div className="field">
					<label htmlFor={id}>{t`Already bound: which of them is it?`}</label>
					<span className="row">
						<Select
							id={id}
							value={chosen?.storeId}
							placeholder={t`Choose`}
							options={candidates.map((store) => ({ value: store.storeId, label: storeLabel(store) }))}
							onChange={setPicked}
						/>
						<Button
							disabled={!chosen}
							loading={tie.isPending}
							onClick={() => chosen && tie.mutate({ openingId: opening.openingId, storeId: chosen.storeId })}
						>
							{t`This is the store`}
						</Button>
					</span>
				</div>
			)}
			{tie.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, tie.error)}
				</p>
			)}
		</div>
	);
}

/** Marks are there to tell stores apart: copied only when somebody says so. */
const APART: readonly CopiedSetting[] = ['mark'];

/** Makes a new store like another one, with what would change shown before. */
function CopySettings({ toStoreId }: { toStoreId: string }) {
	const { t, i18n } = useLingui();
	const id = useId();
	const { stores, byId } = useStores();
	const [fromStoreId, setFrom] = useState<string>();
	const [left, setLeft] = useState<ReadonlySet<string>>(new Set(APART));
	const difference = useQuery(
		trpc.openings.difference.queryOptions(
			{ fromStoreId: fromStoreId ?? '', toStoreId },
			{ enabled: fromStoreId !== undefined, staleTime: 0 },
		),
	);
	const copy = useMutation(
		trpc.openings.copySettings.mutationOptions({
			onSuccess: async () => {
				say(t`Saved.`);
				await queryClient.invalidateQueries(trpc.openings.difference.pathFilter());
				await queryClient.invalidateQueries(trpc.stores.list.pathFilter());
			},
		}),
	);
	const shown = (setting: CopiedSetting, value: string | null): string => {
		if (value === null) return '—';
		if (setting === 'colour' && isStoreColour(value)) return i18n._(COLOUR_WORDS[value]);
		const mode = setting === 'mode' ? MODE_WORDS[value] : undefined;
		return mode ? i18n._(mode) : value;
	};
	const flip = (key: string): void => setLeft(left.has(key) ? new Set([...left].filter((one) => one !== key)) : new Set([...left, key]));
	const { data } = difference;
	const settings = data?.settings.filter((one) => !left.has(one.setting)).map((one) => one.setting) ?? [];
	const members = data?.members.filter((one) => !left.has(one.userId)).map((one) => one.userId) ?? [];
	const target = byId.get(toStoreId);
	const without = data?.macros.without.join(', ') ?? '';
	const language = data ? (new Intl.DisplayNames(shownLanguage(), { type: 'language' }).of(data.language) ?? data.language) : '';
	return (
		<section className="opening-copy" aria-label={t`Settings of the new store`}>
			<div className="field">
				<label htmlFor={id}>{t`Make it like`}</label>
				<Select
					id={id}
					value={fromStoreId}
					placeholder={t`Choose a store`}
					showSearch={{ optionFilterProp: 'label' }}
					options={stores
						.filter((store) => store.storeId !== toStoreId)
						.map((store) => ({ value: store.storeId, label: storeLabel(store) }))}
					onChange={setFrom}
				/>
			</div>
			{difference.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, difference.error)}
				</p>
			)}
			{data && (
				<>
					{data.settings.length + data.members.length === 0 ? (
						<p className="soft">{t`The two do not differ in anything that can be copied.`}</p>
					) : (
						<table>
							<thead>
								<tr>
									<th scope="col">{t`Setting`}</th>
									<th scope="col">{t`Now`}</th>
									<th scope="col">{t`Afterwards`}</th>
								</tr>
							</thead>
							<tbody>
								{data.settings.map(({ setting, from, to }) => (
									<tr key={setting}>
										<th scope="row">
											<Checkbox checked={!left.has(setting)} onChange={() => flip(setting)}>
												{i18n._(SETTING_WORDS[setting])}
											</Checkbox>
										</th>
										<td className="faint">{shown(setting, to)}</td>
										<td>{left.has(setting) ? <span className="faint">{shown(setting, to)}</span> : shown(setting, from)}</td>
									</tr>
								))}
								{data.members.map(({ userId, name }) => (
									<tr key={userId}>
										<th scope="row">
											<Checkbox checked={!left.has(userId)} onChange={() => flip(userId)}>
												{t`Seen by ${name}`}
											</Checkbox>
										</th>
										<td className="faint">{t`no`}</td>
										<td>{left.has(userId) ? <span className="faint">{t`no`}</span> : t`yes`}</td>
									</tr>
								))}
							</tbody>
						</table>
					)}
					<p className="soft">
						<Trans>Costs and macros belong to the workspace and serve the new store as they are.</Trans>{' '}
						{data.macros.without.length > 0 && (
							<Plural
								value={data.macros.without.length}
								one={`# macro has no text in ${language}: ${without}`}
								other={`# macros have no text in ${language}: ${without}`}
							/>
						)}
					</p>
					<Button
						type="primary"
						disabled={settings.length + members.length === 0}
						loading={copy.isPending}
						onClick={() => fromStoreId && copy.mutate({ fromStoreId, toStoreId, settings, members })}
					>
						{target ? t`Copy to ${storeLabel(target)}` : t`Copy`}
					</Button>
					{copy.error && (
						<p className="risk" role="alert">
							{errorSentence(i18n, copy.error)}
						</p>
					)}
				</>
			)}
		</section>
	);
}
