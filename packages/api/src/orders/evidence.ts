import type { StoredReply } from '@pangea/db';
import { type SealedBox, unpackBytes } from '@pangea/vault';
import type { EvidenceDocument } from '../shapes.ts';

/** A screen shows no more; the whole can be fetched by the replay command. */
const MOST_CHARACTERS = 400_000;
const MASK = '•••';

// Key names under which the four platforms send people's data, and names of things that only look like it.
const PERSONAL =
	/name|phone|mobile|mail|address|postal|postcode|post_town|zip|street|city|district|receiver|recipient|nickname|tax_?code|tax_?id|cpf|doc_number|identification|buyer_message|gift_?message|customized/i;
const THINGS =
	/product|goods|sku|item|shop|store|mall|category|carrier|provider|company|currency|channel|program|variation|attribute|seller_name|warehouse|method|level_name|option|region_?id|tracking|marketplace|site|state|status/i;

/** Opens a stored reply with personal fields masked. */
export function readEvidence(reply: StoredReply & { sealed: Buffer }, box: SealedBox): EvidenceDocument {
	const { rawReplyId, operation, fetchedAt, size, offset } = reply;
	const pack = unpackBytes(box.open(reply.sealed, `reply ${reply.packId}`));
	const plain = pack.toString('utf8', offset, offset + size);
	const text = maskPersonal(plain);
	return {
		rawReplyId,
		operation,
		fetchedAt,
		size,
		text: text.slice(0, MOST_CHARACTERS),
		masked: text !== plain,
		truncated: text.length > MOST_CHARACTERS,
	};
}

/**
 * Masks string values of personal keys in JSON text without parsing it, so that numbers and order stay as the platform sent them.
 * Exported for its test.
 */
export function maskPersonal(text: string): string {
	return text.replace(/"([A-Za-z0-9_-]+)"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g, (whole, key: string, colon: string, value: string) =>
		value !== '' && PERSONAL.test(key) && !THINGS.test(key) ? `"${key}"${colon}"${MASK}"` : whole,
	);
}
