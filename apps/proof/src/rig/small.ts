import type { DemoPlatform, Way } from '@pangea/launcher/demo-platforms';

const ACCOUNTS: Readonly<Record<string, (host: string, account: string | null) => boolean>> = {
	amazon: (host) => host === 'fe',
	'tiktok-shop': (_host, account) => account === 'brazil',
	'mercado-libre': (host) => host === 'auth-MLA',
	temu: (host) => host === 'eu',
};

/** One account with one store of each platform: a round of kills is then short. */
export function oneOfEach({ platform }: DemoPlatform, way: Way): boolean {
	return ACCOUNTS[platform]?.(way.host, way.kind === 'redirect' ? way.account : null) ?? false;
}

/** The same with the account of Amazon that has a mailbox, so that buyers of each platform can write. */
export function oneWithBuyers(demo: DemoPlatform, way: Way): boolean {
	return demo.platform === 'amazon' ? way.host === 'eu' : oneOfEach(demo, way);
}
