import { jsonText, type RawReply, type StoreContext } from '@pangea/platform-contract';
import type { Operation } from './manifest.ts';

// Brazil's tax number and the name that belongs to it: the contract (§6) forbids to store them, so they leave the evidence too.
const TAX_IDENTITY = /"(cpf|cpf_name)"(\s*:\s*)"[^"\\]*(?:\\.[^"\\]*)*"/g;

/** An answer as evidence, without what may not be kept. */
export function rawReply(context: StoreContext, operation: Operation, body: Buffer): RawReply {
	return { operation, fetchedAt: context.now().toISOString(), body: withoutTaxIdentity(body) };
}

function withoutTaxIdentity(body: Buffer): Buffer {
	if (!body.includes('"cpf')) return body;
	return Buffer.from(body.toString('utf8').replace(TAX_IDENTITY, '"$1"$2""'), 'utf8');
}

/** One record as text for quarantine, without what may not be kept. */
export function rawRecord(record: unknown): string {
	return jsonText(record).replace(TAX_IDENTITY, '"$1"$2""');
}
