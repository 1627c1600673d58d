import type { Visitor } from './client.ts';

/** Units a euro, of the size that they had in 2026. Nothing here was read anywhere: the demo asks nobody outside, and its screens say so. */
const ABOUT: Readonly<Record<string, number>> = {
	AED: 4.2,
	ARS: 1510,
	AUD: 1.7,
	BRL: 6.2,
	CAD: 1.58,
	CLP: 1030,
	CNY: 7.9,
	COP: 4600,
	EGP: 55,
	GBP: 0.86,
	IDR: 18_600,
	INR: 99,
	JPY: 168,
	KRW: 1620,
	MXN: 21.4,
	MYR: 4.8,
	PEN: 4.1,
	PHP: 66,
	PLN: 4.25,
	SAR: 4.3,
	SEK: 11,
	SGD: 1.5,
	THB: 37.5,
	TRY: 48,
	USD: 1.15,
	UYU: 46,
	VND: 29_800,
	ZAR: 20,
};

const DAY = 86_400_000;
const DAYS = 430;
/** The API takes so many at once. */
const AT_ONCE = 2800;
const SWING = 0.04;

interface DemoRate {
	currency: string;
	against: string;
	day: string;
	rate: string;
	source: 'demo';
}

/** Rates of working days that wander slowly, the same whenever they are made. */
function demoRates(from: number, until: number): DemoRate[] {
	const rates: DemoRate[] = [];
	for (let at = from; at <= until; at += DAY) {
		const weekday = new Date(at).getUTCDay();
		if (weekday === 0 || weekday === 6) continue;
		const day = new Date(at).toISOString().slice(0, 10);
		for (const [index, [currency, about]] of Object.entries(ABOUT).entries()) {
			const n = at / DAY;
			const rate = about * (1 + SWING * Math.sin(n / (29 + index) + index) + (SWING / 4) * Math.sin(n / (5 + (index % 3))));
			rates.push({ currency, against: 'EUR', day, rate: rate.toFixed(about > 1000 ? 2 : 5), source: 'demo' });
		}
	}
	return rates;
}

/** Gives the demo's workspace exchange rates up to today; those that it has from an earlier start stay. */
export async function seedRates(owner: Visitor, now = Date.now()): Promise<void> {
	const known = await owner.query<{ source: string; day: string }[]>('numbers.rates');
	const newest = known.filter((r) => r.source === 'demo').reduce((last, r) => (r.day > last ? r.day : last), '');
	const today = Math.floor(now / DAY) * DAY;
	const rates = demoRates(newest === '' ? today - DAYS * DAY : Date.parse(newest) + DAY, today);
	for (let start = 0; start < rates.length; start += AT_ONCE) {
		await owner.mutate('numbers.setRates', { rates: rates.slice(start, start + AT_ONCE) });
	}
}
