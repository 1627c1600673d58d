import { eventCodes, type TemuGrants, type TemuToken } from './grants.ts';
import { mallId } from './ids.ts';
import type { Answer, Call } from './order-calls.ts';
import { TemuRefusal } from './replies.ts';
import { temuSite } from './sites.ts';

/** The same id on the regional and the PARTNER token joins them; that they are equal in life is plausible, not confirmed. */
const semiUniqueId = (token: TemuToken) => (token.store.mode === 'semi-managed' ? `semi-unique-${token.store.number}` : null);

function tokenFacts(token: TemuToken): Record<string, unknown> {
	return {
		mallId: mallId(token.store),
		mallType: token.store.mode === 'self' ? 100 : 1,
		regionId: temuSite(token.store.country).regionId,
		expiredTime: token.expiresAt,
		apiScopeList: token.scopes,
		appSubscribeEventCodeList: ['bg_open_event_test', ...eventCodes],
		appSubscribeStatus: 0,
		authEventCodeList: eventCodes.map((eventCode) => ({ eventCode, permitsStatus: 1 })),
	};
}

/** `bg.open.accesstoken.create`: the code is also the common `access_token`. */
export function createToken(grants: TemuGrants, code: string, commonToken: string, gateway: TemuToken['gateway'], now: number): Answer {
	if (code === '' || code !== commonToken) throw new TemuRefusal(110020002, 'Invalid code, please check and try again.');
	const token = grants.exchange(code, gateway, now);
	return { result: { accessToken: token.text, ...tokenFacts(token), associatedMallTokenList: [] } };
}

/** `bg.open.accesstoken.info.get`: short on the CN gateway. */
export function tokenInfo({ token }: Call): Answer {
	if (token.gateway === 'cn') return { result: { mallId: mallId(token.store), expiredTime: token.expiresAt, apiScopeList: token.scopes } };
	return { result: { ...tokenFacts(token), semiUniqueId: semiUniqueId(token) } };
}

/** `bg.open.accesstoken.info.get.global`, on PARTNER. */
export function tokenInfoGlobal({ token }: Call): Answer {
	const uniqueId = semiUniqueId(token) ?? `unique-${token.store.number}`;
	return { result: { mallName: token.store.id, uniqueId, expiredTime: token.expiresAt, apiScopeList: token.scopes } };
}

/** `bg.mall.info.get`, on CN. */
export function mallInfo({ token }: Call): Answer {
	return { result: { semiManagedMall: token.store.mode === 'semi-managed', isThriftStore: false } };
}

/** `bg.local.mall.info.get`. */
export function localMallInfo({ token }: Call): Answer {
	return { result: { mallId: mallId(token.store), siteId: temuSite(token.store.country).siteId, branchesMallInfo: [] } };
}

/** `bg.tmc.message.update`: which permitted events are told for this store; once a second. */
export function updateEvents({ args, token, context }: Call): Answer {
	const permit = args.texts('permitEventCodeList', 1000);
	const cancel = args.texts('cancelEventCodeList', 1000);
	if (permit.length > 20 || cancel.length > 20) throw new TemuRefusal(110020005, 'Cancel and permit parameters must not exceed 20.');
	if (permit.some((code) => cancel.includes(code)))
		throw new TemuRefusal(110020006, 'Cancel and permit parameters are not allowed to be the same.');
	if (!context.buckets.take(`temu:tmc:${token.text}`, { rate: 1, burst: 1 }).allowed) {
		throw new TemuRefusal(110020007, 'Too many requests in 1 sec, please try again later.');
	}
	if (![...permit, ...cancel].every((code) => eventCodes.some((known) => known === code))) {
		throw new TemuRefusal(110020009, "App don't have this event subscription.");
	}
	for (const code of permit) token.subscribed.add(code);
	for (const code of cancel) token.subscribed.delete(code);
	return { result: true };
}
