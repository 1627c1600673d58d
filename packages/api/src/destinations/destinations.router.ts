import { destinations, removeDestination, saveDestination, writeAudit } from '@pangea/db';
import { allows, type Destination, type DestinationSecret } from '@pangea/domain';
import { type SealedBox, VaultError } from '@pangea/vault';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import type { DestinationPlaceView, DestinationView } from './shapes.ts';

const MOST_DESTINATIONS = 50;

/** Nothing that could end a line. */
const line = z
	.string()
	.max(250)
	.refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text));
const place = z.object({
	host: z
		.string()
		.trim()
		.toLowerCase()
		.max(250)
		.regex(/^[a-z0-9:](?:[a-z0-9.:-]*[a-z0-9])?$/),
	port: z.int().min(1).max(65_535),
});
const secret = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('password'), password: line.min(1) }),
	z.object({ kind: z.literal('key'), privateKey: z.string().trim().min(1).max(20_000), passphrase: line.min(1).nullable() }),
]);
const destination = place.extend({
	/** Ours to make, so that saving twice is saving once. */
	destinationId: z.uuid(),
	name: z.string().trim().min(1).max(80),
	user: line.min(1),
	folder: line.trim(),
	/** As `hostKey` told it, and as the person accepted it. */
	hostKey: z.string().regex(/^[a-z0-9@.-]{3,60} SHA256:[A-Za-z0-9+/]{43}$/),
	/** Left out where the stored one stays. */
	secret: secret.optional(),
});
type Asked = z.output<typeof destination>;

/** Servers to which files of schedules are brought. Everybody who makes schedules may name one; who manages stores keeps them. */
export const destinationsRouter = router({
	list: memberProcedure('orders.read').query(async ({ ctx: { member } }): Promise<DestinationView[]> => {
		const manages = allows(member.powers, 'stores.manage');
		const box = await member.services.operations.box(member.workspaceId);
		const rows = await member.scoped(destinations);
		return rows.map(({ sealed, ...row }) => ({ ...row, place: manages ? placeOf(opened(box, row.destinationId, sealed)) : null }));
	}),

	/** The key by which a server is known, before anything of ours is told to it. @throws DestinationError */
	hostKey: memberProcedure('stores.manage')
		.input(place)
		.mutation(async ({ ctx: { member }, input }): Promise<{ hostKey: string }> => {
			await member.scoped((scope) =>
				writeAudit(scope, {
					userId: member.user.id,
					action: 'destinations.hostKey',
					subject: member.workspaceId,
					facts: { host: `${input.host}:${input.port}` },
				}),
			);
			return { hostKey: await member.services.operations.lookAtHostKey(input) };
		}),

	/** Keeps a destination once a file could be written there. @throws DestinationError */
	save: memberProcedure('stores.manage')
		.input(destination)
		.mutation(async ({ ctx: { member }, input }) => {
			const box = await member.services.operations.box(member.workspaceId);
			const before = await kept(member, box, input.destinationId);
			const rows = await member.scoped(destinations);
			if (!before && rows.length >= MOST_DESTINATIONS) throw problem('tooManyDestinations');
			const named = withSecret(input, before);
			await member.services.operations.tryDestination(named);
			const { destinationId, name } = input;
			await member.scoped(async (scope) => {
				const sealed = box.seal(JSON.stringify(named), placeName(destinationId));
				if (!(await saveDestination(scope, { destinationId, name, sealed, savedBy: member.user.id }))) throw problem('destinationTaken');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'destinations.save',
					subject: destinationId,
					subjectName: name,
					...(before && { before: toldOf(before) }),
					after: toldOf(named),
				});
			});
			return { saved: true };
		}),

	/** @throws notFound, destinationInUse */
	remove: memberProcedure('stores.manage')
		.input(z.object({ destinationId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input: { destinationId } }) => {
			await member.scoped(async (scope) => {
				const found = (await destinations(scope)).find((one) => one.destinationId === destinationId);
				if (!found) throw problem('notFound');
				const name = await removeDestination(scope, destinationId);
				if (name === null) throw problem('destinationInUse', { name: found.name });
				await writeAudit(scope, { userId: member.user.id, action: 'destinations.remove', subject: destinationId, subjectName: name });
			});
			return { removed: true };
		}),
});

const placeName = (destinationId: string): string => `destination ${destinationId}`;

// Written by ourselves.
function opened(box: SealedBox, destinationId: string, sealed: Buffer): Destination {
	return JSON.parse(box.open(sealed, placeName(destinationId)).toString('utf8')) as Destination;
}

/** Null as well for one that does not open any more: it is entered anew. */
async function kept(member: Member, box: SealedBox, destinationId: string): Promise<Destination | null> {
	const found = (await member.scoped(destinations)).find((one) => one.destinationId === destinationId);
	try {
		return found ? opened(box, destinationId, found.sealed) : null;
	} catch (error) {
		if (!(error instanceof VaultError)) throw error;
		return null;
	}
}

/** A secret that is kept goes only to the server and the name for which it was given. @throws inputWrong where one is missing */
function withSecret({ host, port, user, folder, hostKey, secret: given }: Asked, before: Destination | null): Destination {
	const isSame = before?.host === host && before.port === port && before.user === user && before.hostKey === hostKey;
	const used: DestinationSecret | undefined = given ?? (isSame ? before.secret : undefined);
	if (!used) throw problem('inputWrong', { field: 'secret' });
	return { host, port, user, folder, hostKey, secret: used };
}

function placeOf({ host, port, user, folder, hostKey, secret: { kind } }: Destination): DestinationPlaceView {
	return { host, port, user, folder, hostKey, way: kind };
}

function toldOf({ host, port, folder, hostKey }: Destination): { host: string; folder: string; hostKey: string } {
	return { host: `${host}:${port}`, folder, hostKey };
}
