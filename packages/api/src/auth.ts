import { betterAuth } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins';
import pg from 'pg';
import type { People, SessionUser } from './context.ts';
import { deviceOf } from './session/device.ts';
import { unsoundText } from './plain-text.ts';

/** Something that a person changed about the way into their account, at a door of the auth library. */
export type PersonalDeed = 'secondFactor.on' | 'secondFactor.off' | 'secondFactor.newCodes' | 'secondFactor.codeUsed';

export interface AuthOptions {
	databaseUrl: string;
	/** At least 32 characters; signs the session cookies and encrypts what second factors rest on. */
	secret: string;
	publicUrl: string;
	onIdleError(error: Error): void;
	/** Told after it happened, before the person hears of it. */
	onDeed(userId: string, deed: PersonalDeed): Promise<void>;
}

/** Sign-in, sessions, passwords and second factors. Which workspaces a person belongs to is ours and stands in `member`. */
export interface Auth extends People {
	/** Serves the doors of {@link AUTH_DOORS} below `/auth`; there are no others. */
	handler(request: Request): Promise<Response>;
	/** The signed-in person of a request's cookies; null when there is none. */
	userOf(headers: Headers): Promise<SessionUser | null>;
	/** Creates a person with a password; the id of the existing one when the address is taken. */
	ensureUser(user: { name: string; email: string; password: string }): Promise<string>;
	close(): Promise<void>;
}

/** The library's doors that our screens use, and what going through one leaves in the trail. Its others stay shut: they leave nothing. */
export const AUTH_DOORS: Readonly<Record<string, readonly PersonalDeed[]>> = {
	'/sign-in/email': [],
	'/sign-up/email': [],
	'/sign-out': [],
	'/two-factor/enable': [],
	'/two-factor/verify-totp': ['secondFactor.on'],
	'/two-factor/verify-backup-code': ['secondFactor.codeUsed'],
	'/two-factor/generate-backup-codes': ['secondFactor.newCodes'],
	'/two-factor/disable': ['secondFactor.off'],
};

/** Doors behind which the library writes the person anew when their second factor goes on or off. */
const SWITCHES: Readonly<Record<string, PersonalDeed>> = {
	'/two-factor/verify-totp': 'secondFactor.on',
	'/two-factor/disable': 'secondFactor.off',
};
const CODE_DEEDS: Readonly<Record<string, PersonalDeed>> = {
	'/two-factor/verify-backup-code': 'secondFactor.codeUsed',
	'/two-factor/generate-backup-codes': 'secondFactor.newCodes',
};

const BASE = '/auth';
/** How exactly a session's last use is known, in seconds. */
const SEEN_EVERY = 600;
const TRUSTED_SECONDS = 30 * 86_400;

export function createAuth(options: AuthOptions): Auth {
	const pool = new pg.Pool({
		connectionString: options.databaseUrl,
		application_name: 'pangea auth',
		max: 5,
		options: '-c search_path=auth',
	});
	pool.on('error', (error) => options.onIdleError(error));
	// A connection that is lost while the library uses it would otherwise end the process; its query fails by itself.
	pool.on('connect', (client) => client.on('error', () => {}));
	/** Requests in which a second factor went on or off: the same door also confirms a sign-in. */
	const switched = new WeakMap<object, PersonalDeed>();
	const auth = betterAuth({
		appName: 'Pangea',
		database: pool,
		secret: options.secret,
		baseURL: options.publicUrl,
		basePath: BASE,
		emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 128 },
		user: { additionalFields: { language: { type: 'string', required: false, input: false } } },
		session: { expiresIn: 14 * 86_400, updateAge: SEEN_EVERY },
		plugins: [
			twoFactor({
				issuer: 'Pangea',
				trustDeviceMaxAge: TRUSTED_SECONDS,
				// Over all challenges and processes; each challenge takes five wrong codes at most.
				accountLockout: { enabled: true, maxFailedAttempts: 10, durationSeconds: 900 },
			}),
		],
		rateLimit: {
			enabled: true,
			window: 60,
			max: 300,
			customRules: {
				'/sign-in/email': { window: 60, max: 20 },
				'/sign-up/email': { window: 60, max: 20 },
				'/two-factor/*': { window: 60, max: 10 },
			},
		},
		telemetry: { enabled: false },
		databaseHooks: {
			user: {
				update: {
					after: (_user, context) => {
						const deed = context === null ? undefined : SWITCHES[context.path];
						if (context && deed) switched.set(context.context, deed);
						return Promise.resolve();
					},
				},
			},
		},
		hooks: {
			before: createAuthMiddleware(({ body }) => {
				if (unsoundText(body) !== null)
					throw new APIError('BAD_REQUEST', { code: 'INPUT_WRONG', message: 'a character that cannot be stored' });
				return Promise.resolve();
			}),
			after: createAuthMiddleware(async ({ path, context }) => {
				const userId = (context.newSession ?? context.session)?.user.id;
				if (userId === undefined || context.returned instanceof Error) return;
				const deed = switched.get(context) ?? CODE_DEEDS[path];
				if (deed === undefined) return;
				// Who is in by a password alone, perhaps a stolen one, has to come in again.
				if (deed === 'secondFactor.on') await endSessions(userId, { except: context.newSession?.session.id ?? '' });
				if (deed === 'secondFactor.off') await forgetDevices(userId);
				await options.onDeed(userId, deed);
			}),
		},
		logger: { disabled: true },
	});

	async function endSessions(userId: string, which: { only: string } | { except: string }): Promise<number> {
		const { internalAdapter } = await auth.$context;
		const chosen = (await internalAdapter.listSessions(userId)).filter((session) =>
			'only' in which ? session.id === which.only : session.id !== which.except,
		);
		if (chosen.length > 0) await internalAdapter.deleteSessions(chosen.map((session) => session.token));
		return chosen.length;
	}

	async function forgetDevices(userId: string): Promise<void> {
		await pool.query(`delete from verification where value = $1 and identifier like 'trust-device-%'`, [userId]);
	}

	return {
		handler: async (request) => {
			const { pathname } = new URL(request.url);
			if (!(pathname.slice(BASE.length) in AUTH_DOORS)) return Response.json({ error: 'notFound' }, { status: 404 });
			return await auth.handler(request);
		},
		userOf: async (headers) => {
			const found = await auth.api.getSession({ headers });
			if (!found) return null;
			const { user, session } = found;
			return {
				id: user.id,
				name: user.name,
				email: user.email,
				language: user.language ?? null,
				sessionId: session.id,
				secondFactor: user.twoFactorEnabled ?? false,
			};
		},
		ensureUser: async (user) => {
			const known = await pool.query<{ id: string }>('select id from "user" where email = $1', [user.email]);
			const [row] = known.rows;
			if (row) return row.id;
			const made = await auth.api.signUpEmail({ body: user });
			return made.user.id;
		},
		setLanguage: async (userId, language) => {
			await pool.query('update "user" set language = $1, "updatedAt" = now() where id = $2', [language, userId]);
		},
		sessionsOf: async (userId) => {
			const { internalAdapter } = await auth.$context;
			return (await internalAdapter.listSessions(userId))
				.map((session) => ({
					sessionId: session.id,
					...deviceOf(session.userAgent ?? ''),
					address: session.ipAddress ?? null,
					since: session.createdAt.toISOString(),
					lastSeenAt: session.updatedAt.toISOString(),
				}))
				.toSorted((a, b) => (a.lastSeenAt < b.lastSeenAt ? 1 : -1));
		},
		endSessions: async (userId, which) => {
			const ended = await endSessions(userId, which);
			if ('except' in which) await forgetDevices(userId);
			return ended;
		},
		withSecondFactor: async (userIds) => {
			const found = await pool.query<{ id: string }>('select id from "user" where id = any($1) and "twoFactorEnabled"', [userIds]);
			return new Set(found.rows.map((row) => row.id));
		},
		backupCodesLeft: async (userId) => {
			const kept = await pool.query('select from "twoFactor" where "userId" = $1 and verified', [userId]);
			if (kept.rowCount === 0) return 0;
			return (await auth.api.viewBackupCodes({ body: { userId } })).backupCodes.length;
		},
		close: () => pool.end(),
	};
}
