import { randomBytes } from 'node:crypto';
import { isPlatformId, type PlatformId } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { z } from 'zod';
import { ProblemError } from '../problem.ts';

/** What we must remember between sending a browser to a platform and its return. Travels sealed in `state`, so nothing is stored. */
export interface AuthorizationState {
	platform: PlatformId;
	host: string;
	userId: string;
	codeVerifier: string;
	/** Milliseconds since 1970. */
	expires: number;
}

const PLACE = 'authorization state';
const MINUTES = 30;

const shape = z.object({
	platform: z.string().refine(isPlatformId),
	host: z.string(),
	userId: z.string(),
	codeVerifier: z.string(),
	expires: z.number(),
});

export function newAuthorizationState(platform: PlatformId, host: string, userId: string, now: Date): AuthorizationState {
	return { platform, host, userId, codeVerifier: randomBytes(48).toString('base64url'), expires: now.getTime() + MINUTES * 60_000 };
}

/** `<workspace id>.<sealed>`: the first part finds the key, the second proves everything else. */
export function packState(workspaceId: string, state: AuthorizationState, box: SealedBox): string {
	return `${workspaceId}.${box.seal(JSON.stringify(state), PLACE).toString('base64url')}`;
}

export function workspaceOfState(text: string): string | null {
	const id = text.slice(0, text.indexOf('.'));
	return z.uuid().safeParse(id).success ? id : null;
}

/** @throws ProblemError `authorizationExpired` when it is forged, too old, or begun by somebody else. */
export function openState(text: string, box: SealedBox, expected: { platform: PlatformId; userId: string; now: Date }): AuthorizationState {
	let state: AuthorizationState;
	try {
		state = shape.parse(
			JSON.parse(box.open(Buffer.from(text.slice(text.indexOf('.') + 1), 'base64url'), PLACE).toString('utf8')),
		) as AuthorizationState;
	} catch {
		throw new ProblemError('authorizationExpired');
	}
	if (state.platform !== expected.platform || state.userId !== expected.userId || state.expires < expected.now.getTime())
		throw new ProblemError('authorizationExpired');
	return state;
}
