import type { PlatformId } from '@pangea/domain';
import type { FaultKind, FaultPlan } from '@pangea/simulator';
import type { Outcome, Stage } from './desk.ts';

/** Who has to do something about a failure. `nobody`: we go on by ourselves. */
export type Actor = 'reader' | 'seller' | 'administrator' | 'owner' | 'nobody';

/** A way in which binding a store, or the grant of a bound one, fails. */
export interface Failure {
	name: string;
	/** The code of the sentence by platform; a platform that is not named knows no such failure. */
	on: Partial<Record<PlatformId, string>>;
	/** True when it shows only while the bound store is read. */
	later?: true;
	happen: (stage: Stage) => Promise<Outcome>;
}

/** Who must act, by the sentence's code. A failure whose code is not here has no sentence that helps. */
export const ACTORS: Readonly<Record<string, Actor>> = {
	appCredentialsWrong: 'reader',
	appMissing: 'reader',
	authorizationExpired: 'reader',
	codeExpired: 'reader',
	inputWrong: 'reader',
	ipNotAllowed: 'reader',
	notSignedIn: 'reader',
	scopeMissing: 'reader',
	wrongRegion: 'reader',
	consentRefused: 'seller',
	grantExpired: 'seller',
	grantRevoked: 'seller',
	storeInactive: 'seller',
	noWorkspace: 'owner',
	clockSkew: 'administrator',
	platformRefused: 'administrator',
	answerNotUnderstood: 'nobody',
	modeNotServed: 'nobody',
	platformDown: 'nobody',
	rateLimited: 'nobody',
};

const MINUTE = 60_000;
const YEAR = 366 * 86_400_000;

const all = (code: string): Record<PlatformId, string> => ({ amazon: code, 'tiktok-shop': code, 'mercado-libre': code, temu: code });

const SECRET: Readonly<Record<PlatformId, string>> = {
	amazon: 'clientSecret',
	'tiktok-shop': 'appSecret',
	'mercado-libre': 'clientSecret',
	temu: 'euAppSecret',
};
/** The call by which the stores of a grant are found, and one that reads orders. */
const LISTING: Readonly<Record<PlatformId, string>> = {
	amazon: 'getMarketplaceParticipations',
	'tiktok-shop': 'authorization.shops',
	'mercado-libre': 'users.me',
	temu: 'bg.open.accesstoken.info.get',
};
const READING: Readonly<Record<PlatformId, string>> = {
	amazon: 'searchOrders',
	'tiktok-shop': 'orders.search',
	'mercado-libre': 'orders.search.local',
	temu: 'bg.order.list.v2.get',
};
const REFRESH: Partial<Record<PlatformId, string>> = { amazon: 'token', 'tiktok-shop': 'token.refresh', 'mercado-libre': 'oauth.token' };
const CODE: Readonly<Record<PlatformId, string>> = {
	amazon: 'spapi_oauth_code',
	'tiktok-shop': 'code',
	'mercado-libre': 'code',
	temu: 'code',
};

/** Binds with a fault armed at the call that lists the stores. */
function withFault(kind: FaultKind, options?: FaultPlan['options']): Failure['happen'] {
	return async (stage) => {
		await stage.saveApp();
		stage.control.arm({ kind, platform: stage.platform, operation: LISTING[stage.platform], options });
		return await stage.bind();
	};
}

/** Goes to the platform, and comes back after something has been done to the return. */
function returning(change: (stage: Stage, back: URL) => Promise<Outcome>): Failure['happen'] {
	return async (stage) => {
		await stage.saveApp();
		return await change(stage, await stage.consent(await stage.begin(stage.host), stage.answer));
	};
}

/** Binds, then something happens to the grant at the platform, then the worker reads on. */
function afterwards(change: (stage: Stage) => void, passing: readonly Outcome[] = []): Failure['happen'] {
	return async (stage) => {
		await stage.saveApp();
		const bound = await stage.bind();
		if (bound !== 'bound') return bound;
		change(stage);
		await stage.readAgain();
		return await stage.shown(passing);
	};
}

/** The failures, each on every platform that knows it: one row is one sentence that a person reads. */
export const failures: readonly Failure[] = [
	{
		name: 'app secret that is wrong',
		on: all('appCredentialsWrong'),
		async happen(stage) {
			const right = stage.demo.appFields[SECRET[stage.platform]] ?? '';
			await stage.saveApp({ [SECRET[stage.platform]]: right.replace(/[0-9a-z]/gi, (c) => (c === '1' ? '2' : '1')) });
			return await stage.bind();
		},
	},
	{
		name: 'app that the platform does not know',
		on: { amazon: 'appCredentialsWrong', 'tiktok-shop': 'appCredentialsWrong', temu: 'appCredentialsWrong' },
		async happen(stage) {
			await stage.saveApp({ clientId: 'amzn1.application-oa2-client.nobody', appKey: '7nobodysapp', euAppKey: 'ak_of_nobody' });
			return await stage.bind();
		},
	},
	{ name: 'app credentials that nobody entered', on: all('appMissing'), happen: (stage) => stage.bind() },
	{
		name: 'app credential in the wrong form',
		on: all('inputWrong'),
		happen: (stage) => stage.saveApp({ [SECRET[stage.platform]]: 'no' }),
	},
	{
		name: 'token that was copied in part',
		on: { amazon: 'grantRevoked', temu: 'grantRevoked' },
		async happen(stage) {
			await stage.saveApp();
			if (stage.platform === 'amazon') return await stage.paste('eu', { ...stage.token('eu'), refreshToken: 'Atzr|only-its-beginning' });
			return await stage.paste('eu', { accessToken: stage.token('temu-de', 'eu')['accessToken']?.slice(0, -4) ?? '' });
		},
	},
	{
		name: 'token in the wrong form',
		on: { amazon: 'inputWrong', temu: 'inputWrong' },
		async happen(stage) {
			await stage.saveApp();
			return await stage.paste('eu', { sellerId: 'A3TH9S8BH6GOGM', refreshToken: 'a token', accessToken: 'a token' });
		},
	},
	{
		name: 'token that the seller has withdrawn',
		on: { amazon: 'grantRevoked', temu: 'grantExpired' },
		async happen(stage) {
			await stage.saveApp();
			if (stage.platform === 'amazon') {
				stage.control.expireTokens('amazon', { account: 'eu', refresh: true });
				return await stage.paste('eu', stage.token('eu'));
			}
			const old = stage.token('temu-de', 'eu');
			stage.token('temu-de', 'eu');
			return await stage.paste('eu', old);
		},
	},
	{
		name: 'consent that comes too late for its code',
		on: all('codeExpired'),
		happen: returning(async (stage, back) => {
			// TikTok Shop's codes outlive our own patience; its clock alone runs ahead.
			if (stage.platform === 'tiktok-shop')
				stage.control.arm({ kind: 'clockSkew', platform: 'tiktok-shop', operation: 'token.get', options: { milliseconds: 31 * MINUTE } });
			else stage.control.setClock({ advance: 11 * MINUTE });
			return await stage.comeBack(back);
		}),
	},
	{
		name: 'return that is played again',
		on: all('codeExpired'),
		happen: returning(async (stage, back) => {
			const first = await stage.comeBack(back);
			return first === 'bound' ? await stage.comeBack(back) : first;
		}),
	},
	{
		name: 'return that somebody else began',
		on: all('authorizationExpired'),
		happen: returning(async (stage, back) => {
			const { link } = await stage.owner.mutate<{ link: string }>('workspace.invite', {
				email: 'colleague@desk.test',
				role: 'manager',
				storeScope: null,
			});
			await stage.colleague.mutate('workspace.acceptInvitation', { token: link.slice(link.lastIndexOf('/') + 1) });
			return await stage.comeBack(back, stage.colleague);
		}),
	},
	{
		name: 'return of somebody who is no member',
		on: all('noWorkspace'),
		happen: returning((stage, back) => stage.comeBack(back, stage.colleague)),
	},
	{ name: 'return without a session', on: all('notSignedIn'), happen: returning((stage, back) => stage.comeBack(back, stage.stranger)) },
	{
		name: 'return with a forged state',
		on: all('authorizationExpired'),
		happen: returning(async (stage, back) => {
			const state = back.searchParams.get('state') ?? '';
			back.searchParams.set('state', `${state.slice(0, -6)}${state.slice(-6).toLowerCase() === state.slice(-6) ? 'AAAAAA' : 'aaaaaa'}`);
			return await stage.comeBack(back);
		}),
	},
	{
		name: 'return after more than half an hour',
		on: all('authorizationExpired'),
		happen: returning(async (stage, back) => {
			stage.control.setClock({ advance: 31 * MINUTE });
			return await stage.comeBack(back);
		}),
	},
	{
		name: 'return meant for another platform',
		on: all('authorizationExpired'),
		happen: returning(async (stage, back) => {
			back.pathname = stage.platform === 'amazon' ? '/connected/temu' : '/connected/amazon';
			return await stage.comeBack(back);
		}),
	},
	{
		name: 'return without a code',
		on: all('codeExpired'),
		happen: returning(async (stage, back) => {
			back.searchParams.delete(CODE[stage.platform]);
			return await stage.comeBack(back);
		}),
	},
	{
		name: 'return that names another app',
		on: { 'tiktok-shop': 'appCredentialsWrong', temu: 'appCredentialsWrong' },
		happen: returning(async (stage, back) => {
			back.searchParams.set('app_key', 'another');
			return await stage.comeBack(back);
		}),
	},
	{
		name: 'seller who does not agree',
		on: { 'tiktok-shop': 'consentRefused', 'mercado-libre': 'consentRefused' },
		async happen(stage) {
			await stage.saveApp();
			return await stage.redirect(stage.host, { deny: '1' });
		},
	},
	{
		name: 'store of a foreign region',
		on: { amazon: 'wrongRegion', 'tiktok-shop': 'wrongRegion', temu: 'wrongRegion' },
		async happen(stage) {
			await stage.saveApp();
			if (stage.platform === 'amazon') return await stage.paste('na', stage.token('fe'));
			if (stage.platform === 'temu') return await stage.paste('us', stage.token('temu-de', 'eu'));
			return await withFault('refuse', { cause: 'wrongRegion' })(stage);
		},
	},
	{
		name: 'region without a page to consent',
		on: { temu: 'wrongRegion' },
		async happen(stage) {
			await stage.saveApp();
			return await stage.redirect('eu', {});
		},
	},
	{ name: 'permission that the app lacks', on: all('scopeMissing'), happen: withFault('refuse', { cause: 'scopeMissing' }) },
	{
		name: 'permission for orders that lacks',
		on: all('scopeMissing'),
		later: true,
		async happen(stage) {
			await stage.saveApp();
			const refuse = { kind: 'refuse', platform: stage.platform, options: { cause: 'scopeMissing' } } as const;
			stage.control.arm({ ...refuse, operation: READING[stage.platform] });
			// History is read from reports.
			if (stage.platform === 'amazon') stage.control.arm({ ...refuse, operation: 'createReport' });
			const bound = await stage.bind();
			return bound === 'bound' ? await stage.shown() : bound;
		},
	},
	{
		name: 'address of ours that is not listed',
		on: { 'tiktok-shop': 'ipNotAllowed', temu: 'ipNotAllowed' },
		happen: withFault('refuse', { cause: 'ipNotAllowed' }),
	},
	{
		name: 'store that is not active',
		on: { 'tiktok-shop': 'storeInactive', 'mercado-libre': 'storeInactive' },
		happen: withFault('refuse', { cause: 'storeInactive' }),
	},
	{
		name: 'clock that is wrong',
		// Temu's client sets itself by the clock of the refusal.
		on: { 'tiktok-shop': 'clockSkew' },
		happen: withFault('clockSkew', { milliseconds: 10 * MINUTE }),
	},
	{ name: 'platform that asks to slow down', on: all('rateLimited'), happen: withFault('rateLimited') },
	{ name: 'platform with an error of its own', on: all('platformDown'), happen: withFault('serverError', { status: 500 }) },
	{ name: 'platform that is being maintained', on: all('platformDown'), happen: withFault('htmlError', { status: 503 }) },
	{ name: 'line that breaks in the middle of an answer', on: all('platformDown'), happen: withFault('reset') },
	{
		name: 'answer in a form nobody knows',
		// Temu's gateway answers every refusal with 200: what is no envelope comes from something before it.
		on: { ...all('answerNotUnderstood'), temu: 'platformDown' },
		happen: withFault('htmlError', { status: 200 }),
	},
	{
		name: 'refresh token that somebody else has burned',
		on: { amazon: 'grantRevoked', 'tiktok-shop': 'grantRevoked', 'mercado-libre': 'grantExpired' },
		later: true,
		async happen(stage) {
			await stage.saveApp();
			const { platform, control } = stage;
			control.arm({ kind: 'expireToken', platform, operation: READING[platform] });
			if (platform === 'amazon') control.arm({ kind: 'expireToken', platform, operation: 'createReport' });
			control.arm({ kind: 'refreshRace', platform, operation: REFRESH[platform] });
			const bound = await stage.bind();
			return bound === 'bound' ? await stage.shown() : bound;
		},
	},
	{
		name: 'grant that the seller withdraws',
		on: { amazon: 'grantRevoked', 'tiktok-shop': 'grantRevoked', 'mercado-libre': 'grantExpired', temu: 'grantExpired' },
		later: true,
		happen: afterwards(({ control, platform }) => control.expireTokens(platform, { refresh: true })),
	},
	{
		name: 'grant whose time is over',
		on: { amazon: 'grantRevoked', 'tiktok-shop': 'grantExpired', 'mercado-libre': 'grantExpired', temu: 'grantExpired' },
		later: true,
		// A call that is on its way while the year passes was signed by the old clock.
		happen: afterwards(({ control }) => control.setClock({ advance: YEAR }), ['clockSkew']),
	},
	{
		name: 'mall whose orders the platform does not serve',
		on: { temu: 'modeNotServed' },
		later: true,
		async happen(stage) {
			await stage.saveApp();
			const bound = await stage.paste('global', stage.token('temu-managed', 'global'));
			return bound === 'bound' ? await stage.shown() : bound;
		},
	},
];
