import type { PlatformContext } from '../core/platform.ts';
import type { WireCall, WireReply } from '../core/operation.ts';
import { fail, requestId } from './dialect.ts';

const DAY = 86_400_000;
const CODE_LIFE = 30 * 60_000;
const ACCESS_LIFE = 7 * DAY;
const GRANT_LIFE = 365 * DAY;

/** The scopes a full grant carries (contract §1). */
export const allScopes = [
	'seller.authorization.info',
	'seller.shop.info',
	'seller.order.info',
	'seller.product.basic',
	'seller.product.write',
	'seller.return_refund.basic',
	'seller.fulfillment.basic',
	'seller.logistics',
	'seller.finance.info',
	'seller.promotion.info',
	'seller.customer_service',
	'data.shop_analytics.public.read',
] as const;

/** The one application of the simulator, as its owner sees it in Partner Center. */
export interface TikTokApp {
	key: string;
	secret: string;
	serviceId: string;
	redirectUrl: string | null;
	scopes: readonly string[];
}

export interface Grant {
	account: string;
	openId: string;
	scopes: readonly string[];
	refreshToken: string;
	endsAt: number;
	revoked: boolean;
}

interface AccessToken {
	grant: Grant;
	endsAt: number;
}

/** Codes, access tokens and refresh tokens: single use, dated, and replaced at each refresh. */
export class Grants {
	readonly #context: PlatformContext;
	readonly app: TikTokApp;
	readonly #codes = new Map<string, { account: string; endsAt: number }>();
	readonly #access = new Map<string, AccessToken>();
	readonly #refresh = new Map<string, Grant>();

	constructor(context: PlatformContext, app: TikTokApp) {
		this.#context = context;
		this.app = app;
	}

	/** A code for the callback, good for 30 minutes and one use. */
	issueCode(account: string): string {
		const code = `ROW_${this.#secret(32)}`;
		this.#codes.set(code, { account, endsAt: this.#context.clock.now() + CODE_LIFE });
		return code;
	}

	/** Tokens of a fresh authorization. */
	authorize(account: string): Record<string, unknown> {
		const grant: Grant = {
			account,
			openId: `SIM${account.replace(/\W/g, '')}AAAAADEMO40s4TzOSSOEIWbM5O9cod3vK8OytW8m`,
			scopes: this.app.scopes,
			refreshToken: '',
			endsAt: this.#context.clock.now() + GRANT_LIFE,
			revoked: false,
		};
		return this.#tokens(grant);
	}

	granted(account: string): boolean {
		return [...this.#refresh.values()].some((g) => g.account === account && !g.revoked);
	}

	/** `GET /api/v2/token/get`. Failures come with HTTP 200. */
	tokenGet(call: WireCall): WireReply {
		const refused = this.#client(call, 'authorized_code');
		if (refused !== null) return refused;
		const code = call.query.get('auth_code') ?? '';
		const known = this.#codes.get(code);
		this.#codes.delete(code);
		if (known === undefined || known.endsAt < call.now) return this.#refused(call, 36_004_004, 'auth code is invalid or expired');
		return this.#answer(call, this.authorize(known.account));
	}

	/** `GET /api/v2/token/refresh`. The refresh token presented dies, also when a race fault says that somebody else was quicker. */
	tokenRefresh(call: WireCall): WireReply {
		const refused = this.#client(call, 'refresh_token');
		if (refused !== null) return refused;
		const token = call.query.get('refresh_token') ?? '';
		const grant = this.#refresh.get(token);
		if (grant === undefined || grant.revoked) return fail(call, 'grantUnknown');
		if (grant.endsAt < call.now) return fail(call, 'refreshExpired');
		const answer = this.#tokens(grant);
		return call.strikes('refreshRace') ? fail(call, 'grantUnknown') : this.#answer(call, answer);
	}

	/** The grant behind a call's access token, or why not. */
	check(call: WireCall): Grant | 'tokenInvalid' | 'tokenExpired' {
		const text = call.headers['x-tts-access-token'];
		const token = text === undefined ? undefined : this.#access.get(text);
		if (text === undefined || token === undefined || token.grant.revoked) return 'tokenInvalid';
		if (call.strikes('expireToken')) token.endsAt = 0;
		return token.endsAt <= call.now ? 'tokenExpired' : token.grant;
	}

	expire(options: { account?: string | undefined; refresh?: boolean | undefined }): void {
		for (const token of this.#access.values()) {
			if (options.account !== undefined && token.grant.account !== options.account) continue;
			token.endsAt = 0;
			if (options.refresh === true) token.grant.revoked = true;
		}
	}

	#tokens(grant: Grant): Record<string, unknown> {
		const now = this.#context.clock.now();
		this.#refresh.delete(grant.refreshToken);
		grant.refreshToken = `ROW_${this.#secret(44)}`;
		this.#refresh.set(grant.refreshToken, grant);
		const access = `ROW_${this.#secret(48)}`;
		this.#access.set(access, { grant, endsAt: now + ACCESS_LIFE });
		for (const [text, token] of this.#access) if (token.endsAt < now - DAY) this.#access.delete(text);
		return {
			access_token: access,
			access_token_expire_in: Math.floor((now + ACCESS_LIFE) / 1000),
			refresh_token: grant.refreshToken,
			refresh_token_expire_in: Math.floor(grant.endsAt / 1000),
			open_id: grant.openId,
			seller_name: 'Hangzhou Yunfan Trading Co., Ltd. 杭州云帆贸易有限公司',
			seller_base_region: 'CN',
			user_type: 0,
			granted_scopes: [...grant.scopes],
		};
	}

	#client(call: WireCall, grantType: string): WireReply | null {
		if (call.query.get('app_key') !== this.app.key || call.query.get('app_secret') !== this.app.secret)
			return this.#refused(call, 36_009_004, 'app_key or app_secret is invalid');
		return call.query.get('grant_type') === grantType ? null : this.#refused(call, 36_009_004, 'grant_type is invalid');
	}

	#refused(call: WireCall, code: number, message: string): WireReply {
		return { status: 200, body: { code, message, data: null, request_id: requestId(call) } };
	}

	#answer(call: WireCall, data: Record<string, unknown>): WireReply {
		return { status: 200, body: { code: 0, message: 'success', data, request_id: requestId(call) } };
	}

	#secret(length: number): string {
		let text = '';
		while (text.length < length) text += this.#context.newId().replace(/-/g, '');
		return text.slice(0, length);
	}
}
