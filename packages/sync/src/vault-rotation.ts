import { setTimeout as sleep } from 'node:timers/promises';
import {
	type Database,
	dataKeys,
	forgetDataKey,
	hasUnmarked,
	nextDataKey,
	replaceSealed,
	retireDataKeys,
	retiredDataKeys,
	rewrapDataKeys,
	rewrapSigningKey,
	SEALED_TABLES,
	sealedBefore,
	type SealedTable,
} from '@pangea/db';
import { type MasterKey, newWrappedKey, openBox, type WrappedKey } from '@pangea/vault';
import { PLACES } from './keyring.ts';

export interface Rotation {
	database: Database;
	/** For the signing key, which only the owner of the database reads. */
	databaseUrl: string;
	master: MasterKey;
}

/**
 * Wraps all keys anew that are not under the current master key. One transaction a workspace: killed anywhere, the next run does the rest,
 * and every process that has both master keys works on meanwhile.
 * @throws VaultError when a former master key is missing.
 */
export async function rewrapKeys({ database, databaseUrl, master }: Rotation): Promise<{ workspaces: number; rewrapped: number }> {
	const rewrap = async (key: WrappedKey): Promise<WrappedKey> => await master.wrap(await master.unwrap(key));
	const workspaceIds = await database.workspaceIds();
	let rewrapped = await rewrapSigningKey(databaseUrl, master.id, rewrap);
	for (const id of workspaceIds) rewrapped += await database.inWorkspace(id, (scope) => rewrapDataKeys(scope, master.id, rewrap));
	return { workspaces: workspaceIds.length, rewrapped };
}

export interface ResealOptions {
	/** How old what running processes know of data keys may be; a new one seals after twice that time. */
	keyRefreshSeconds: number;
	/** A data key is forgotten so long after its last value was moved away. */
	forgetAfterSeconds: number;
	report(line: string): void;
}

const BATCH = 100;
/** Files are megabytes each. */
const SMALLER_BATCHES: Partial<Record<SealedTable, number>> = { dossier_file: 4, message_file_content: 2 };

const PLACE_OF: Record<SealedTable, (id: string) => string> = {
	app_credential: PLACES.app,
	connection_secret: PLACES.grant,
	raw_reply: PLACES.reply,
	buyer_data: PLACES.buyer,
	quarantine: PLACES.quarantine,
	notice_channel: PLACES.channel,
	conversation: PLACES.conversation,
	message: PLACES.message,
	conversation_note: PLACES.note,
	message_file: PLACES.fileFacts,
	message_file_content: PLACES.fileContent,
	order_message: PLACES.orderMessage,
	message_draft: PLACES.draft,
	message_translation: PLACES.translation,
	translator: PLACES.translator,
	review: PLACES.review,
	dossier_paper: PLACES.paper,
	dossier_file: PLACES.file,
	export_destination: PLACES.destination,
	mailbox: PLACES.mailbox,
	intake: PLACES.intake,
};
const TABLES = Object.keys(SEALED_TABLES) as SealedTable[];

/**
 * Moves every sealed value to a new data key while the work goes on. Killed anywhere, the next run continues with the same key and moves
 * only what is left.
 * @throws VaultError when a value does not open: nothing of its workspace is retired then.
 */
export async function resealAll(rotation: Rotation, options: ResealOptions): Promise<{ values: number; forgotten: number }> {
	const { database, master } = rotation;
	let values = 0;
	let forgotten = 0;
	const workspaceIds = await database.workspaceIds();
	const begun = new Map<string, number>();
	let wait = 0;
	for (const id of workspaceIds) {
		forgotten += await forgetRetired(database, id, options.forgetAfterSeconds);
		const next = await database.inWorkspace(id, (scope) => nextDataKey(scope, () => newWrappedKey(master), 2 * options.keyRefreshSeconds));
		if (!next) continue;
		begun.set(id, next.generation);
		wait = Math.max(wait, next.secondsToGo);
	}
	if (wait > 0) options.report(`Waiting ${Math.ceil(wait)} s, until every running process knows the new keys`);
	// A little longer: the key must be in force when it is read below.
	if (wait > 0) await sleep(wait * 1000 + 50);
	for (const [id, generation] of begun) {
		const moved = await resealWorkspace(rotation, id, generation);
		values += moved;
		options.report(`${id}: ${moved} values moved to data key ${generation}`);
	}
	return { values, forgotten };
}

async function resealWorkspace({ database, master }: Rotation, workspaceId: string, generation: number): Promise<number> {
	const box = await openBox(master, await database.inWorkspace(workspaceId, (scope) => dataKeys(scope, () => newWrappedKey(master))));
	let moved = 0;
	for (;;) {
		let found = 0;
		for (const table of TABLES) {
			const place = PLACE_OF[table];
			let after: string | null = null;
			for (;;) {
				const from: string | null = after;
				const rows = await database.inWorkspace(workspaceId, async (scope) => {
					const batch = await sealedBefore(scope, table, generation, from, SMALLER_BATCHES[table] ?? BATCH);
					for (const row of batch)
						if (await replaceSealed(scope, table, row, box.seal(box.open(row.sealed, place(row.id)), place(row.id)))) moved++;
					return batch;
				});
				found += rows.length;
				const last = rows.at(-1);
				if (!last) break;
				after = last.id;
			}
		}
		// A round that finds nothing proves it: values that others wrote meanwhile are sealed with the new key already.
		if (found === 0) break;
	}
	await database.inWorkspace(workspaceId, (scope) => retireDataKeys(scope, generation));
	return moved;
}

/** Deletes data keys that were retired long enough ago, after looking once more that nothing needs them. */
async function forgetRetired(database: Database, workspaceId: string, seconds: number): Promise<number> {
	return await database.inWorkspace(workspaceId, async (scope) => {
		let forgotten = 0;
		for (const generation of await retiredDataKeys(scope, seconds)) {
			let used = false;
			for (const table of TABLES) used ||= (await sealedBefore(scope, table, generation + 1, null, 1)).length > 0;
			// Messages are found by digests under the former key until they have those under the new one.
			if (used || (await hasUnmarked(scope))) continue;
			await forgetDataKey(scope, generation);
			forgotten++;
		}
		return forgotten;
	});
}
