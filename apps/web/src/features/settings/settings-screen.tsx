import { useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { Segmented, Select } from 'antd';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { type Clock, type Density, type Language, type Rise, setPreferences, type Theme, usePreferences } from '../../preferences.ts';
import { errorSentence } from '../../problems.ts';
import { useMay, useSession } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import { AlertSettings } from '../alerts/alert-settings.tsx';
import { DestinationsPanel } from '../exports/destinations-panel.tsx';
import { GlossaryPanel } from '../glossary/glossary-panel.tsx';
import { ChannelsPanel } from '../notices/channels-panel.tsx';
import { RotaPanel } from '../rotas/rota-panel.tsx';
import { LANGUAGE_NAMES } from './languages.ts';
import { Setting } from './setting.tsx';
import { SettingsTabs } from './settings-tabs.tsx';
import { TranslatorPanel } from './translator-panel.tsx';
import './settings.css';

/** What one person likes; nobody else sees a difference. */
export function SettingsScreen() {
	const { t, i18n } = useLingui();
	const kept = usePreferences();
	const { me } = useSession();
	const mayManage = useMay('notices.manage');
	const mayBring = useMay('stores.manage');
	const mayTranslate = useMay('inbox.manage');
	const mayPublish = useMay('catalogue.publish');
	const mayRead = useMay('inbox.read');
	const maySee = useMay('fields.buyer');
	const keep = useMutation(
		trpc.session.setLanguage.mutationOptions({ onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }) }),
	);
	const speak = (language: Language) => {
		setPreferences({ language });
		keep.mutate({ language });
	};
	return (
		<div className="settings">
			<HeaderSlot>
				<SettingsTabs />
				<span className="soft cut whose">{me.email}</span>
			</HeaderSlot>
			<section className="panel">
				<Setting title={t`Language`} hint={t`Kept with your account`}>
					{(label) => (
						<Select
							aria-labelledby={label}
							value={shownLanguage()}
							onChange={speak}
							popupMatchSelectWidth={false}
							options={Object.entries(LANGUAGE_NAMES).map(([value, name]) => ({ value: value as Language, label: name }))}
						/>
					)}
				</Setting>
				<Setting title={t`Theme`} hint={t`For this device`}>
					{(label) => (
						<Segmented<Theme>
							aria-labelledby={label}
							value={kept.theme}
							onChange={(theme) => setPreferences({ theme })}
							options={[
								{ value: 'system', label: t`As the system` },
								{ value: 'light', label: t`Light` },
								{ value: 'dark', label: t`Dark` },
							]}
						/>
					)}
				</Setting>
				<Setting title={t`Row height`} hint={t`Compact shows about a third more orders at once`}>
					{(label) => (
						<Segmented<Density>
							aria-labelledby={label}
							value={kept.density}
							onChange={(density) => setPreferences({ density })}
							options={[
								{ value: 'auto', label: t`As the language` },
								{ value: 'compact', label: t`Compact` },
								{ value: 'comfortable', label: t`Comfortable` },
							]}
						/>
					)}
				</Setting>
				<Setting title={t`Colours of up and down`} hint={t`In China a rise is red, elsewhere it is green`}>
					{(label) => (
						<>
							<Segmented<Rise>
								aria-labelledby={label}
								value={kept.rise}
								onChange={(rise) => setPreferences({ rise })}
								options={[
									{ value: 'auto', label: t`As the language` },
									{ value: 'green', label: t`Up is green` },
									{ value: 'red', label: t`Up is red` },
								]}
							/>
							<span className="sample num" aria-hidden>
								<span className="up">+8.2%</span> <span className="down">−3.1%</span>
							</span>
						</>
					)}
				</Setting>
				<Setting title={t`Clock`} hint={t`Whose wall clock times are shown on; hovering a time always tells its zone`}>
					{(label) => (
						<Segmented<Clock>
							aria-labelledby={label}
							value={kept.clock}
							onChange={(clock) => setPreferences({ clock })}
							options={[
								{ value: 'beijing', label: t`Beijing` },
								{ value: 'workspace', label: t`Workspace` },
								{ value: 'store', label: t`Each store's` },
							]}
						/>
					)}
				</Setting>
			</section>
			{mayTranslate && maySee && <RotaPanel />}
			{mayTranslate && <TranslatorPanel />}
			{mayPublish && <GlossaryPanel />}
			{mayRead && maySee && <AlertSettings />}
			{mayBring && <DestinationsPanel />}
			{mayManage && <ChannelsPanel />}
		</div>
	);
}
