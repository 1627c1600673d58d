import { useLingui } from '@lingui/react/macro';
import { Button, Segmented, Slider } from 'antd';
import { useState } from 'react';
import { setPreferences, usePreferences } from '../../preferences.ts';
import { Setting } from '../settings/setting.tsx';
import './alert-settings.css';
import { chime } from './sound.ts';

/** Whether and how one person is told beside the page, on this device. The browser is asked only when they press the switch. */
export function AlertSettings() {
	const { t } = useLingui();
	const { alerts, alertWords, alertVolume } = usePreferences();
	const [blocked, setBlocked] = useState(() => typeof Notification === 'undefined' || Notification.permission === 'denied');
	const able = typeof Notification !== 'undefined';
	const isOn = alerts && able && Notification.permission === 'granted';
	const turn = async (on: boolean): Promise<void> => {
		const allowed = on && able && (await Notification.requestPermission()) === 'granted';
		setBlocked(on && !allowed);
		setPreferences({ alerts: allowed });
	};
	return (
		<section className="panel">
			<Setting
				title={t`Desktop notifications`}
				hint={t`Of conversations that are yours, notes that name you and answers due soon; for this device`}
			>
				{(label) => (
					<>
						<Segmented<boolean>
							aria-labelledby={label}
							value={isOn}
							onChange={(on) => void turn(on)}
							options={[
								{ value: false, label: t`Off` },
								{ value: true, label: t`On` },
							]}
						/>
						{blocked && (
							<small className="warn" role="alert">
								{t`Your browser blocks them for this address. Allow them in its settings, then switch them on again.`}
							</small>
						)}
					</>
				)}
			</Setting>
			<Setting title={t`What they say`} hint={t`Whoever sees your screen reads it too`}>
				{(label) => (
					<Segmented<boolean>
						aria-labelledby={label}
						value={alertWords}
						disabled={!isOn}
						onChange={(words) => setPreferences({ alertWords: words })}
						options={[
							{ value: false, label: t`Only that there is something` },
							{ value: true, label: t`The buyer's name and words` },
						]}
					/>
				)}
			</Setting>
			<Setting title={t`Sound`} hint={t`Nothing is heard at zero`}>
				{(label) => (
					<span className="volume">
						<Slider
							className="slide"
							ariaLabelledByForHandle={label}
							disabled={!isOn}
							min={0}
							max={100}
							step={5}
							value={Math.round(alertVolume * 100)}
							onChange={(volume) => setPreferences({ alertVolume: volume / 100 })}
						/>
						<Button size="small" disabled={!isOn || alertVolume === 0} onClick={() => void chime(alertVolume)}>
							{t`Listen`}
						</Button>
					</span>
				)}
			</Setting>
		</section>
	);
}
