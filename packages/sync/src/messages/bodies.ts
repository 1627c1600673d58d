import type { ConversationFace, MessageBody } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { PLACES } from '../keyring.ts';

/** Lists show the beginning of the last message. */
const PREVIEW = 160;

export function sealBody(box: SealedBox, messageId: string, body: MessageBody): Buffer {
	return box.seal(JSON.stringify(body), PLACES.message(messageId));
}

// Both were written by ourselves.
export function openBody(box: SealedBox, messageId: string, sealed: Buffer): MessageBody {
	return JSON.parse(box.open(sealed, PLACES.message(messageId)).toString('utf8')) as MessageBody;
}

export function openFace(box: SealedBox, conversationId: string, sealed: Buffer): ConversationFace {
	return JSON.parse(box.open(sealed, PLACES.conversation(conversationId)).toString('utf8')) as ConversationFace;
}

/** Of the preview only the beginning is kept. */
export function sealFace(box: SealedBox, conversationId: string, face: ConversationFace): Buffer {
	return box.seal(JSON.stringify({ ...face, preview: face.preview?.slice(0, PREVIEW) ?? null }), PLACES.conversation(conversationId));
}
