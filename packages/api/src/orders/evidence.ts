import { inflateRawSync } from 'node:zlib';
import type { SealedBox } from '@pangea/vault';
import type { EvidenceDocument } from '../shapes.ts';

interface StoredReply {
	raw_reply_id: string;
	operation: string;
	fetched_at: string;
	size: number;
	sealed: Buffer;
}

/** A screen shows no more; the whole can be fetched by the replay command. */
const MOST_CHARACTERS = 400_000;
const MASK = '•••';

// Key names under which the four platforms send people's data, and names of things that only look like it.
const PERSONAL =
	/name|phone|mobile|mail|address|postal|postcode|post_town|zip|street|city|district|receiver|recipient|nickname|tax_?code|tax_?id|cpf|doc_number|identification|buyer_message|gift_?message|customized/i;
const THINGS =
	/product|goods|sku|item|shop|store|mall|category|carrier|provider|company|currency|channel|program|variation|attribute|seller_name|warehouse|method|level_name|option|region_?id|tracking|marketplace|site|state|status/i;

/** Opens a stored reply with personal fields masked. */
export function readEvidence(reply: StoredReply, box: SealedBox): EvidenceDocument {
	const plain = inflateRawSync(box.open(reply.sealed, `reply ${reply.raw_reply_id}`)).toString('utf8');
	const text = maskPersonal(plain);
	return {
		rawReplyId: reply.raw_reply_id,
		operation: reply.operation,
		fetchedAt: reply.fetched_at,
		size: reply.size,
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
