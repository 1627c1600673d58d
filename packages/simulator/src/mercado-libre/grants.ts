import { createHash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { sellerId } from './ids.ts';
import { badRequest, invalidToken, oauthRefusal } from './replies.ts';

/** One login of a seller: the global user with its marketplace users, or a seller of one country. */
export interface Account {
	name: string;
	family: 'global' | 'local';
	/** What `users/me` calls him. */
	userId: number;
	stores: readonly StoreSeed[];
}

/** The developer's application as registered. */
export interface Application {
	id: number;
	secret: string;
	/** Empty accepts any address at authorization; the exchange must repeat it byte for byte either way. */
	redirectUris: readonly string[];
	/** When on, `code_challenge` is mandatory (contract mercado-libre §2). */
	usePkce: boolean;
	/** Local sellers keep stock by its place of origin: a stock that is put on an item changes nothing. */
	severalOrigins: boolean;
	/** Seconds an access token lives. The prose says 6 h, the printed reply 10800. */
	expiresIn: number;
}

interface Code {
	account: Account;
	redirectUri: string;
	challenge: { value: string; method: string } | null;
	expiresAt: number;
}
interface Token {
	account: Account;
	expiresAt: number;
}

const CODE_LIFE = 10 * 60_000;
const REFRESH_LIFE = 182 * 86_400_000;

/** Accounts of one country have a name starting with `local`; all others are cross-border. */
export function accountsOf(stores: readonly StoreSeed[]): Account[] {
	return [...Map.groupBy(stores, (s) => s.account)].map(([name, own]) => {
		const family = name.startsWith('local') ? 'local' : 'global';
		const first = own[0];
		if (!first) throw new RangeError(`Account ${name} has no store`);
		return { name, family, stores: own, userId: family === 'local' ? sellerId(first) : 2_560_600_000 + first.number };
	});
}

/** Codes, access tokens and refresh tokens of one application: a refresh token is good once, and only the latest one. */
export class Grants {
	readonly #random: Random;
	readonly #app: Application;
	readonly #codes = new Map<string, Code>();
	readonly #access = new Map<string, Token>();
	readonly #refresh = new Map<string, Token>();
	readonly #since = new Map<string, number>();

	constructor(app: Application, random: Random) {
		this.#app = app;
		this.#random = random;
	}

	/** A code for the account, as the consent page would hand out. */
	authorize(account: Account, redirectUri: string, challenge: Code['challenge'], now: number): string {
		const code = `TG-${this.#random.code(24)}-${account.userId}`;
		this.#codes.set(code, { account, redirectUri, challenge, expiresAt: now + CODE_LIFE });
		return code;
	}

	/** @throws MeliRefusal invalid_grant when unknown, used, late, of another redirect or with a wrong verifier. */
	exchange(given: { code: string; redirectUri: string; verifier: string | null }, now: number): Record<string, unknown> {
		const code = this.#codes.get(given.code);
		this.#codes.delete(given.code);
		if (!code || code.expiresAt <= now || code.redirectUri !== given.redirectUri) throw invalidGrant();
		if (code.challenge && !verifies(code.challenge, given.verifier)) throw invalidGrant();
		return this.#issue(code.account, now);
	}

	/** Uses the refresh token up. `raced`: somebody else did so a moment ago. */
	renew(token: string, now: number, raced: boolean): Record<string, unknown> {
		const known = this.#refresh.get(token);
		this.#refresh.delete(token);
		if (!known || known.expiresAt <= now) throw invalidGrant();
		if (raced) {
			this.#issue(known.account, now);
			throw invalidGrant();
		}
		return this.#issue(known.account, now);
	}

	/** The account a bearer header speaks for. */
	caller(header: string | undefined, now: number): Account {
		const token = /^Bearer (.+)$/i.exec(header ?? '')?.[1];
		if (!token) throw invalidToken();
		if (!token.startsWith('APP_USR-')) throw badRequest('Malformed access_token: TOKEN_NOT_VALID');
		const known = this.#access.get(token);
		if (!known || known.expiresAt <= now) throw invalidToken();
		return known.account;
	}

	/** Ends access tokens; with `refresh` the whole grant. */
	end(account: string | undefined, refresh: boolean): void {
		for (const tokens of refresh ? [this.#access, this.#refresh] : [this.#access]) {
			for (const [token, known] of tokens) if (account === undefined || known.account.name === account) tokens.delete(token);
		}
		if (refresh) for (const name of this.#since.keys()) if (account === undefined || name === account) this.#since.delete(name);
	}

	/** Ends one access token. */
	endToken(header: string | undefined): void {
		const token = /^Bearer (.+)$/i.exec(header ?? '')?.[1];
		if (token) this.#access.delete(token);
	}

	/** When the account granted the application access, null when it has not. */
	grantedAt(account: Account): number | null {
		return this.#since.get(account.name) ?? null;
	}

	#issue(account: Account, now: number): Record<string, unknown> {
		for (const [token, known] of this.#refresh) if (known.account === account) this.#refresh.delete(token);
		for (const [token, known] of this.#access) if (known.expiresAt <= now) this.#access.delete(token);
		const access = `APP_USR-${this.#app.id}-${this.#random.code(32)}-${account.userId}`;
		const refresh = `TG-${this.#random.code(24)}-${account.userId}`;
		this.#access.set(access, { account, expiresAt: now + this.#app.expiresIn * 1000 });
		this.#refresh.set(refresh, { account, expiresAt: now + REFRESH_LIFE });
		if (!this.#since.has(account.name)) this.#since.set(account.name, now);
		return {
			access_token: access,
			token_type: 'bearer',
			expires_in: this.#app.expiresIn,
			scope: 'offline_access read write',
			user_id: account.userId,
			refresh_token: refresh,
		};
	}
}

function verifies(challenge: { value: string; method: string }, verifier: string | null): boolean {
	if (verifier === null) return false;
	const made = challenge.method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
	const [a, b] = [Buffer.from(made), Buffer.from(challenge.value)];
	return a.length === b.length && timingSafeEqual(a, b);
}

function invalidGrant() {
	return oauthRefusal(
		'invalid_grant',
		'Error validating grant. Your authorization code or refresh token may be expired or it was already used',
	);
}
