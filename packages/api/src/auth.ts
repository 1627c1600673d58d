import { betterAuth } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import pg from 'pg';
import type { SessionUser } from './context.ts';
import { unsoundText } from './plain-text.ts';

export interface AuthOptions {
	databaseUrl: string;
	/** At least 32 characters; signs the session cookies. */
	secret: string;
	publicUrl: string;
	onIdleError(error: Error): void;
}

/** Sign-in, sessions and passwords. Which workspaces a person belongs to is ours and stands in `member`. */
export interface Auth {
	/** Serves everything below `/auth`. */
	handler(request: Request): Promise<Response>;
	/** The signed-in person of a request's cookies; null when there is none. */
	userOf(headers: Headers): Promise<SessionUser | null>;
	/** Creates a person with a password; the id of the existing one when the address is taken. */
	ensureUser(user: { name: string; email: string; password: string }): Promise<string>;
	setLanguage(userId: string, language: string): Promise<void>;
	close(): Promise<void>;
}

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
	const auth = betterAuth({
		database: pool,
		secret: options.secret,
		baseURL: options.publicUrl,
		basePath: '/auth',
		emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 128 },
		user: { additionalFields: { language: { type: 'string', required: false, input: false } } },
		session: { expiresIn: 14 * 86_400, updateAge: 86_400 },
		rateLimit: {
			enabled: true,
			window: 60,
			max: 300,
			customRules: { '/sign-in/email': { window: 60, max: 20 }, '/sign-up/email': { window: 60, max: 20 } },
		},
		telemetry: { enabled: false },
		hooks: {
			before: createAuthMiddleware(({ body }) => {
				if (unsoundText(body) !== null)
					throw new APIError('BAD_REQUEST', { code: 'INPUT_WRONG', message: 'a character that cannot be stored' });
				return Promise.resolve();
			}),
		},
		logger: { disabled: true },
	});
	return {
		handler: (request) => auth.handler(request),
		userOf: async (headers) => {
			const session = await auth.api.getSession({ headers });
			if (!session) return null;
			return { id: session.user.id, name: session.user.name, email: session.user.email, language: session.user.language ?? null };
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
		close: () => pool.end(),
	};
}
