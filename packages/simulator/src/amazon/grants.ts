import type { WireCall, WireReply } from '../core/operation.ts';
import type { PlatformContext } from '../core/platform.ts';

const HOUR = 3_600_000;
const CODE_LIFE = 5 * 60_000;
const ACCESS_LIFE = HOUR;
const AUTHORIZATION_LIFE = 365 * 24 * HOUR;

/** The one application, as its owner sees it in the developer console. */
export interface AmazonApp {
	id: string;
	clientId: string;
	clientSecret: string;
	redirectUrls: string[];
	/** Roles decide what personal data comes back. */
	roles: { directToConsumer: boolean; taxInvoicing: boolean };
	/** How far the seller's usage plans are above the default ones. */
	rateFactor: number;
}

interface Grant {
	account: string;
	endsAt: number;
	revoked: boolean;
}

export interface Access {
	/** Null for a grantless token. */
	account: string | null;
	scope: string | null;
	endsAt: number;
	grant: Grant | null;
}

const scopes = ['sellingpartnerapi::notifications', 'sellingpartnerapi::client_credential:rotation'];

/** Login with Amazon: codes of five minutes, access tokens of one hour, refresh tokens that stay until the seller takes them back. */
export class AmazonGrants {
	readonly #context: PlatformContext;
	readonly app: AmazonApp;
	readonly #codes = new Map<string, { account: string; endsAt: number; redirectUrl: string | null }>();
	readonly #access = new Map<string, Access>();
	readonly #refresh = new Map<string, Grant>();

	constructor(context: PlatformContext, app: AmazonApp) {
		this.#context = context;
		this.app = app;
	}

	issueCode(account: string, redirectUrl: string | null): string {
		const code = `AN${this.#secret(18)}`;
		this.#codes.set(code, { account, endsAt: this.#context.clock.now() + CODE_LIFE, redirectUrl });
		return code;
	}

	/** A refresh token of a fresh authorization, as the self-authorization button shows it. */
	authorize(account: string): string {
		const token = `Atzr|${this.#secret(320)}`;
		this.#refresh.set(token, { account, endsAt: this.#context.clock.now() + AUTHORIZATION_LIFE, revoked: false });
		return token;
	}

	/** `POST /auth/o2/token`, form-encoded or JSON. */
	token(call: WireCall): WireReply {
		const fields = formOf(call);
		if (fields.get('client_id') !== this.app.clientId || fields.get('client_secret') !== this.app.clientSecret)
			return refused(401, 'invalid_client', 'Client authentication failed');
		switch (fields.get('grant_type')) {
			case 'authorization_code':
				return this.#byCode(call, fields);
			case 'refresh_token':
				return this.#byRefresh(call, fields);
			case 'client_credentials':
				return this.#grantless(fields);
			default:
				return refused(400, 'unsupported_grant_type', 'The authorization grant type is not supported by the authorization server');
		}
	}

	/** Whose call this is, or what to say in `details`. */
	check(call: WireCall): Access | string {
		const text = call.headers['x-amz-access-token'];
		if (text === undefined) return 'Access token is missing in the request header.';
		const access = this.#access.get(text);
		if (access === undefined || !text.startsWith('Atza|')) return 'The access token you provided is revoked, malformed or invalid.';
		if (access.grant?.revoked === true) return 'The access token you provided is revoked, malformed or invalid.';
		if (call.strikes('expireToken')) access.endsAt = 0;
		return access.endsAt <= call.now ? 'The access token you provided has expired.' : access;
	}

	expire(options: { account?: string | undefined; refresh?: boolean | undefined }): void {
		for (const access of this.#access.values()) if (options.account === undefined || access.account === options.account) access.endsAt = 0;
		if (options.refresh !== true) return;
		for (const grant of this.#refresh.values())
			if (options.account === undefined || grant.account === options.account) grant.revoked = true;
	}

	#byCode(call: WireCall, fields: URLSearchParams): WireReply {
		const code = fields.get('code') ?? '';
		const known = this.#codes.get(code);
		this.#codes.delete(code);
		if (known === undefined || known.endsAt < call.now)
			return refused(400, 'invalid_grant', 'The request has an invalid grant parameter : code');
		const redirect = fields.get('redirect_uri');
		if (redirect !== null && known.redirectUrl !== null && redirect !== known.redirectUrl)
			return refused(400, 'invalid_grant', 'The request has an invalid grant parameter : redirect_uri');
		const refreshToken = this.authorize(known.account);
		return this.#answer(known.account, refreshToken);
	}

	#byRefresh(call: WireCall, fields: URLSearchParams): WireReply {
		const token = fields.get('refresh_token') ?? '';
		const grant = this.#refresh.get(token);
		if (grant === undefined || grant.revoked || grant.endsAt < call.now || call.strikes('refreshRace'))
			return refused(
				400,
				'invalid_grant',
				"The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.",
			);
		return this.#answer(grant.account, token);
	}

	#grantless(fields: URLSearchParams): WireReply {
		const scope = fields.get('scope') ?? '';
		if (!scopes.includes(scope)) return refused(400, 'invalid_scope', 'The request has an invalid scope');
		const token = this.#issue({ account: null, scope, endsAt: this.#context.clock.now() + ACCESS_LIFE, grant: null });
		return {
			status: 200,
			headers: { 'cache-control': 'no-store' },
			body: { access_token: token, token_type: 'bearer', expires_in: 3600, scope },
		};
	}

	#answer(account: string, refreshToken: string): WireReply {
		const token = this.#issue({
			account,
			scope: null,
			endsAt: this.#context.clock.now() + ACCESS_LIFE,
			grant: this.#refresh.get(refreshToken) ?? null,
		});
		return {
			status: 200,
			headers: { 'cache-control': 'no-store' },
			body: { access_token: token, token_type: 'bearer', expires_in: 3600, refresh_token: refreshToken },
		};
	}

	#issue(access: Access): string {
		const now = this.#context.clock.now();
		for (const [text, old] of this.#access) if (old.endsAt < now - 24 * HOUR) this.#access.delete(text);
		const token = `Atza|${this.#secret(300)}`;
		this.#access.set(token, access);
		return token;
	}

	#secret(length: number): string {
		let text = '';
		while (text.length < length) text += this.#context.newId().replace(/-/g, '');
		return text.slice(0, length);
	}
}

function formOf(call: WireCall): URLSearchParams {
	if (!(call.headers['content-type'] ?? '').includes('json')) return new URLSearchParams(call.body.toString('utf8'));
	const value = call.json();
	const fields = new URLSearchParams();
	if (typeof value === 'object' && value !== null) for (const [name, field] of Object.entries(value)) fields.set(name, String(field));
	return fields;
}

function refused(status: number, error: string, description: string): WireReply {
	return { status, body: { error, error_description: description } };
}
