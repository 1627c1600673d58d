import {
	type AuditEntry,
	beginOpening,
	changeOpening,
	countOpenings,
	MOST_OPENINGS,
	noteOpeningStep,
	opening,
	openings,
	openingSteps,
	type Scope,
	storeById,
	tickOpeningStep,
	tieOpening,
	writeAudit,
} from '@pangea/db';
import { isPlatformId, OPENING_WAYS, type OpeningTrack, openingTracks, type OpeningWay, STEP_IDS, type StepId } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { requireEntity, visibleEntities } from '../dossier/paper.ts';
import { problem } from '../problem.ts';
import { type Member, memberProcedure, platformInput, router } from '../trpc.ts';
import { copySettings, copyInput, settingsDifference } from './copy.ts';
import type { OpeningStepView, OpeningView } from './shapes.ts';

const openingInput = z.object({ openingId: z.uuid() });
const entityInput = z.string().trim().min(1).max(80).nullable();
const stepInput = openingInput.extend({ step: z.enum(STEP_IDS) });

type OpeningRow = NonNullable<Awaited<ReturnType<typeof opening>>>;
type StepRow = Awaited<ReturnType<typeof openingSteps>>[number];

/** Stores that are being opened. Owners and managers open them. */
export const openingsRouter = router({
	list: memberProcedure('stores.manage').query(({ ctx: { member } }) =>
		member.scoped(async (scope): Promise<OpeningView[]> => {
			const visible = await visibleEntities(member, scope);
			const rows = (await openings(scope)).filter((row) => visible === null || row.entity === null || visible.includes(row.entity));
			const steps = Map.groupBy(
				await openingSteps(
					scope,
					rows.map((row) => row.opening_id),
				),
				(step) => step.opening_id,
			);
			return rows.flatMap((row) => toOpening(member, row, steps.get(row.opening_id) ?? []));
		}),
	),

	/** @throws inputWrong when there is no such track, or too many are under way; notFound for a company outside the member's stores */
	begin: memberProcedure('stores.manage')
		.input(openingInput.extend({ platform: platformInput, siteId: z.string().max(40), way: z.enum(OPENING_WAYS), entity: entityInput }))
		.mutation(async ({ ctx: { member }, input }) => {
			if (!trackOf(member, input)) throw problem('inputWrong', { field: 'siteId' });
			await member.scoped(async (scope) => {
				if (input.entity !== null) await requireEntity(member, scope, input.entity);
				if ((await countOpenings(scope)) >= MOST_OPENINGS) throw problem('inputWrong', { field: 'openingId' });
				// Asked again, as after an answer that was lost, it is the same opening.
				if (!(await beginOpening(scope, input, member.user.id))) return await requireOpening(member, scope, input.openingId);
				const { platform, siteId: site, way, entity } = input;
				await tell(scope, { ...entry(member, 'openings.begin', input.openingId), after: { platform, site, way, entity } });
			});
			return { openingId: input.openingId };
		}),

	/** Says which company opens, gives an opening up or takes it up again. @throws notFound; inputWrong when a store came of it */
	change: memberProcedure('stores.manage')
		.input(openingInput.extend({ entity: entityInput.optional(), givenUp: z.boolean().optional() }))
		.mutation(async ({ ctx: { member }, input: { openingId, entity, givenUp } }) => {
			await member.scoped(async (scope) => {
				const row = await requireOpening(member, scope, openingId);
				if (row.store_id !== null) throw problem('inputWrong', { field: 'openingId' });
				if (entity === undefined && givenUp === undefined) return;
				if (typeof entity === 'string') await requireEntity(member, scope, entity);
				const endedAt = givenUp === undefined ? undefined : givenUp ? member.services.now().toISOString() : null;
				await changeOpening(scope, openingId, { ...(entity !== undefined && { entity }), ...(endedAt !== undefined && { endedAt }) });
				const state = (ended: boolean): { state: string } => ({ state: ended ? 'givenUp' : 'underWay' });
				await tell(scope, {
					...entry(member, 'openings.change', openingId, row),
					before: { ...(entity !== undefined && { entity: row.entity }), ...(givenUp !== undefined && state(row.ended_at !== null)) },
					after: { ...(entity !== undefined && { entity }), ...(givenUp !== undefined && state(givenUp)) },
				});
			});
			return { changed: true };
		}),

	/** Ticks a step off, with who and when, or not any more. @throws notFound, inputWrong for a step of another track */
	tick: memberProcedure('stores.manage')
		.input(stepInput.extend({ done: z.boolean() }))
		.mutation(async ({ ctx: { member }, input: { openingId, step, done } }) => {
			await member.scoped(async (scope) => {
				const row = await requireStep(member, scope, openingId, step);
				await tickOpeningStep(scope, { openingId, step }, member.user.id, done ? member.services.now().toISOString() : null);
				await tell(scope, { ...entry(member, 'openings.tick', openingId, row), after: { step, state: done ? 'done' : 'open' } });
			});
			return { done };
		}),

	/** @throws notFound, inputWrong for a step of another track */
	note: memberProcedure('stores.manage')
		.input(stepInput.extend({ note: z.string().trim().max(2000) }))
		.mutation(async ({ ctx: { member }, input: { openingId, step, note } }) => {
			await member.scoped(async (scope) => {
				const row = await requireStep(member, scope, openingId, step);
				const at = member.services.now().toISOString();
				await noteOpeningStep(scope, { openingId, step }, { userId: member.user.id, note, at });
				await tell(scope, { ...entry(member, 'openings.note', openingId, row), after: { step, noteLength: note.length } });
			});
			return { noted: true };
		}),

	/** Says which store came of an opening, and ends it. @throws notFound; inputWrong for a store of another platform or site, or one that came of another opening */
	tie: memberProcedure('stores.manage')
		.input(openingInput.extend({ storeId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input: { openingId, storeId } }) => {
			member.requireStore(storeId);
			await member.scoped(async (scope) => {
				const row = await requireOpening(member, scope, openingId);
				const store = await storeById(scope, storeId);
				if (!store) throw problem('notFound');
				if (!isStoreOf(row, store)) throw problem('inputWrong', { field: 'storeId' });
				const at = member.services.now().toISOString();
				if (!(await tieOpening(scope, openingId, storeId, at))) throw problem('inputWrong', { field: 'storeId' });
				await tickOpeningStep(scope, { openingId, step: 'bind' }, member.user.id, at);
				await tell(scope, { ...entry(member, 'openings.tie', openingId, row), storeId, after: { store: store.name } });
			});
			return { tied: true };
		}),

	/** In what a store differs from another one that it is to be like. @throws notFound */
	difference: memberProcedure('stores.manage')
		.input(z.object({ fromStoreId: z.uuid(), toStoreId: z.uuid() }))
		.query(({ ctx: { member }, input }) => settingsDifference(member, input)),

	/** Copies what was chosen of the difference. @throws notFound, notAllowed */
	copySettings: memberProcedure('stores.manage')
		.input(copyInput)
		.mutation(({ ctx: { member }, input }) => copySettings(member, input)),
});

/** A store stands on the site, or belongs to the account above all sites. */
function isStoreOf(row: OpeningRow, store: { platform: string; site_id: string }): boolean {
	return store.platform === row.platform && (store.site_id === row.site_id || row.site_id === 'CBT');
}

function trackOf(member: Member, of: { platform: string; siteId: string; way: string }): OpeningTrack | null {
	if (!isPlatformId(of.platform)) return null;
	const site = member.services.registry.get(of.platform)?.manifest.sites.find((one) => one.id === of.siteId);
	return (site && openingTracks(of.platform, site).tracks.find((track) => track.way === of.way)) ?? null;
}

async function requireOpening(member: Member, scope: Scope, openingId: string): Promise<OpeningRow> {
	const row = await opening(scope, openingId);
	if (!row) throw problem('notFound');
	if (row.entity !== null) await requireEntity(member, scope, row.entity);
	return row;
}

async function requireStep(member: Member, scope: Scope, openingId: string, step: StepId): Promise<OpeningRow> {
	const row = await requireOpening(member, scope, openingId);
	const track = trackOf(member, { platform: row.platform, siteId: row.site_id, way: row.way });
	if (!track?.steps.some((one) => one.id === step)) throw problem('inputWrong', { field: 'step' });
	return row;
}

function entry(member: Member, action: AuditEntry['action'], openingId: string, row?: OpeningRow): AuditEntry {
	return {
		userId: member.user.id,
		action,
		subject: openingId,
		subjectName: row?.entity ?? null,
		...(row && { facts: { platform: row.platform, site: row.site_id } }),
	};
}

async function tell(scope: Scope, audit: AuditEntry): Promise<void> {
	await writeAudit(scope, audit);
	await recordEvent(scope, { kind: 'opening.changed', storeId: null, ids: [] });
}

/** A row of a platform or a site that this version no longer knows is not shown. */
function toOpening(member: Member, row: OpeningRow, steps: readonly StepRow[]): OpeningView[] {
	const track = trackOf(member, { platform: row.platform, siteId: row.site_id, way: row.way });
	if (!track) return [];
	return [
		{
			openingId: row.opening_id,
			platform: track.platform,
			siteId: row.site_id,
			country: track.country,
			way: row.way as OpeningWay,
			entity: row.entity,
			storeId: row.store_id,
			begunAt: row.begun_at,
			begunBy: row.begun_name,
			endedAt: row.ended_at,
			steps: steps.flatMap((step) => {
				const id = STEP_IDS.find((one) => one === step.step);
				return id === undefined ? [] : [toStep(id, step)];
			}),
		},
	];
}

function toStep(step: StepId, row: StepRow): OpeningStepView {
	return {
		step,
		doneAt: row.done_at,
		doneBy: row.done_name,
		note: row.note,
		notedAt: row.noted_at,
		notedBy: row.noted_name,
	};
}
