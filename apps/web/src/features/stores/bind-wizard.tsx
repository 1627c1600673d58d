import { RightOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { PlatformView } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Drawer, Select, Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import { countryName } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { CopyRow } from '../../ui/copy-row.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { say } from '../../ui/toast.tsx';
import { readyFields } from './field.ts';
import { Fields } from './fields.tsx';
import { Limitations } from './limitations.tsx';

interface BindWizardProps {
	platforms: PlatformView[];
	/** A platform's id, or anything else to choose first. */
	chosen: string;
	/** The site for which a store is bound, where that is known. */
	site?: string;
	onChoose: (platform: string) => void;
	onClose: () => void;
}

export function BindWizard({ platforms, chosen, site, onChoose, onClose }: BindWizardProps) {
	const { t } = useLingui();
	const platform = platforms.find((p) => p.id === chosen);
	return (
		<Drawer
			open
			size={520}
			title={platform ? t`Bind a store of ${nameOf(platform)}` : t`Which platform?`}
			onClose={onClose}
			className="bind"
		>
			{platform ? (
				<PlatformSteps key={platform.id} platform={platform} site={site} onBack={() => onChoose('choose')} onDone={onClose} />
			) : (
				<Choice platforms={platforms} onChoose={onChoose} />
			)}
		</Drawer>
	);
}

function nameOf(platform: PlatformView): string {
	return platform.names[shownLanguage()] ?? platform.name;
}

function Choice({ platforms, onChoose }: { platforms: PlatformView[]; onChoose: (id: string) => void }) {
	const { t } = useLingui();
	return (
		<ul className="choice">
			{platforms.map((platform) => {
				const countries = new Set(platform.sites.map((site) => site.country)).size;
				return (
					<li key={platform.id}>
						<button type="button" onClick={() => onChoose(platform.id)}>
							<PlatformMark platform={platform.id} size={32} />
							<span>
								<b>{nameOf(platform)}</b>
								<small className="soft">
									<Plural value={countries} one="# country" other="# countries" /> ·{' '}
									{platform.appConfigured ? t`app credentials stored` : t`app credentials needed once`}
								</small>
							</span>
							<RightOutlined aria-hidden />
						</button>
					</li>
				);
			})}
		</ul>
	);
}

interface PlatformStepsProps {
	platform: PlatformView;
	site: string | undefined;
	onBack: () => void;
	onDone: () => void;
}

function PlatformSteps({ platform, site, onBack, onDone }: PlatformStepsProps) {
	const { t } = useLingui();
	const [editApp, setEditApp] = useState(!platform.appConfigured);
	return (
		<>
			<div className="row">
				<Button size="small" type="link" onClick={onBack}>
					{t`Another platform`}
				</Button>
				<span className="grow" />
				<Limitations platform={platform} />
			</div>
			<Step number={1} title={t`Credentials of your app`} done={!editApp}>
				{editApp ? (
					<AppForm platform={platform} onSaved={() => setEditApp(false)} onKeep={platform.appConfigured ? () => setEditApp(false) : null} />
				) : (
					<p className="soft">
						<Trans>Stored, encrypted; they never come back to the browser.</Trans>{' '}
						<Button size="small" type="link" onClick={() => setEditApp(true)}>
							{t`Replace`}
						</Button>
					</p>
				)}
			</Step>
			{platform.webhookUrl && (
				<Step number={2} title={t`Let the platform notify us`} done={false}>
					<p className="soft">
						<Trans>Enter this address in the app's settings at the platform. Without it we ask every few minutes instead.</Trans>
					</p>
					<CopyRow text={platform.webhookUrl} label={t`Notification address`} />
				</Step>
			)}
			<Step number={platform.webhookUrl ? 3 : 2} title={t`Permission of the store`} done={false}>
				{editApp ? <p className="faint">{t`After the credentials.`}</p> : <Permission platform={platform} site={site} onDone={onDone} />}
			</Step>
		</>
	);
}

function Step({ number, title, done, children }: { number: number; title: string; done: boolean; children: ReactNode }) {
	return (
		<section className={`step ${done ? 'done' : ''}`}>
			<span className="number num" aria-hidden>
				{done ? '✓' : number}
			</span>
			<div>
				<h3>{title}</h3>
				{children}
			</div>
		</section>
	);
}

function AppForm({ platform, onSaved, onKeep }: { platform: PlatformView; onSaved: () => void; onKeep: (() => void) | null }) {
	const { t, i18n } = useLingui();
	const [values, setValues] = useState<Record<string, string>>({});
	const save = useMutation(
		trpc.stores.saveApp.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.stores.platforms.pathFilter()) }),
	);
	const ready = readyFields(platform.appFields, values);
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				if (ready) save.mutate({ platform: platform.id, fields: ready }, { onSuccess: onSaved });
			}}
		>
			<Fields fields={platform.appFields} values={values} onChange={setValues} />
			{save.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, save.error)}
				</p>
			)}
			<Button type="primary" htmlType="submit" disabled={!ready} loading={save.isPending}>
				{t`Store credentials`}
			</Button>
			{onKeep && (
				<Button type="text" onClick={onKeep}>
					{t`Keep the stored ones`}
				</Button>
			)}
		</form>
	);
}

/** Where one consents for a site: at its own host, or at the one that names its country. */
function hostFor(platform: PlatformView, hosts: { key: string; countries: string[] }[], siteId: string | undefined): string | undefined {
	const site = platform.sites.find((one) => one.id === siteId);
	return site && (hosts.find((host) => host.countries.includes(site.country)) ?? hosts.find((host) => host.key === site.host))?.key;
}

function Permission({ platform, site, onDone }: { platform: PlatformView; site: string | undefined; onDone: () => void }) {
	const { t, i18n } = useLingui();
	const ways = platform.authorization.map((way) => way.kind);
	const [way, setWay] = useState(ways[0] ?? 'redirect');
	const hosts = platform.authorization.find((a) => a.kind === way)?.hosts ?? [];
	const [chosen, setHost] = useState<string>();
	const host = hosts.find((h) => h.key === chosen)?.key ?? hostFor(platform, hosts, site) ?? hosts[0]?.key ?? '';
	const [values, setValues] = useState<Record<string, string>>({});
	const redirect = useMutation(trpc.stores.startRedirect.mutationOptions());
	const paste = useMutation(trpc.stores.paste.mutationOptions());
	const fields = platform.authorization.find((a) => a.kind === way)?.fields ?? [];
	const ready = readyFields(fields, values);
	const error = way === 'redirect' ? redirect.error : paste.error;
	const hostLabel = ({ name, countries }: (typeof hosts)[number]) =>
		name ?? (countries.length === 1 ? countryName(shownLanguage(), countries[0] ?? '') : countries.join(' '));
	const go = () => {
		if (way === 'redirect') redirect.mutate({ platform: platform.id, host }, { onSuccess: ({ url }) => location.assign(url) });
		else if (ready)
			paste.mutate(
				{ platform: platform.id, host, fields: ready },
				{
					onSuccess: ({ stores }) => {
						void queryClient.invalidateQueries(trpc.stores.list.pathFilter());
						say(t`Stores bound: ${stores}`);
						onDone();
					},
				},
			);
	};
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				go();
			}}
		>
			{ways.length > 1 && (
				<Segmented
					value={way}
					onChange={setWay}
					options={ways.map((kind) => ({ value: kind, label: kind === 'redirect' ? t`Consent at the platform` : t`Paste a token` }))}
				/>
			)}
			{hosts.length > 1 && (
				<div className="field">
					<label htmlFor="bind-host">{t`Region of the store`}</label>
					<Select
						id="bind-host"
						value={host}
						onChange={setHost}
						options={hosts.map((choice) => ({ value: choice.key, label: hostLabel(choice) }))}
					/>
				</div>
			)}
			{way === 'paste' && <Fields fields={fields} values={values} onChange={setValues} />}
			{way === 'redirect' && (
				<p className="soft">
					<Trans>You go to the platform, sign in with the store's main account, agree, and come back here.</Trans>
				</p>
			)}
			{error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, error)}
				</p>
			)}
			<Button type="primary" htmlType="submit" disabled={way === 'paste' && !ready} loading={redirect.isPending || paste.isPending}>
				{way === 'redirect' ? t`Go to ${nameOf(platform)}` : t`Bind the store`}
			</Button>
		</form>
	);
}
