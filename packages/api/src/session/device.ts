import Bowser from 'bowser';

/** Names of a browser and its system as their makers write them; null where the text does not tell. */
export interface Device {
	browser: string | null;
	system: string | null;
}

/** What a browser says of itself. It may say anything: this is for a person to recognise a device by, nothing rests on it. */
export function deviceOf(userAgent: string): Device {
	if (userAgent === '') return { browser: null, system: null };
	const { browser, os } = Bowser.parse(userAgent);
	return { browser: browser.name === undefined || browser.name === '' ? null : browser.name, system: os.name ?? null };
}
