import { DraftRefusedError, PlatformError, type StoreContext } from '@pangea/platform-contract';
import { call } from './client.ts';
import { WireUpload } from './wire-publish.ts';

/** Published with the upload call. */
const MOST_BYTES = 10_000_000;

/**
 * Fetches a picture from where it lies and gives it to the platform, which takes no addresses.
 * @returns the platform's name of it
 * @throws DraftRefusedError code `pictureUnreadable` with the address, when nobody can have it from there or the platform does not take it
 */
export async function carryPicture(context: StoreContext, url: string, useCase: 'MAIN_IMAGE' | 'CERTIFICATION_IMAGE'): Promise<string> {
	const bytes = await fetchPicture(context, url);
	try {
		const { data } = await call(
			context,
			{
				operation: 'images.upload',
				method: 'POST',
				path: '/product/202309/images/upload',
				form: { field: 'data', bytes, fields: { use_case: useCase } },
				// A picture that nobody names does no harm.
				idempotent: true,
				writes: true,
			},
			WireUpload,
		);
		return data.uri;
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'rejected') throw unreadable(url, error.message);
		throw error;
	}
}

async function fetchPicture(context: StoreContext, url: string): Promise<Buffer> {
	let reply: Awaited<ReturnType<StoreContext['http']['send']>>;
	try {
		reply = await context.http.send({
			operation: 'pictures.fetch',
			method: 'GET',
			url,
			headers: { accept: 'image/jpeg, image/png, image/webp, image/bmp' },
			idempotent: true,
			anywhere: true,
		});
	} catch (error) {
		// An inner address, a dead host, an answer too large: waiting does not help whoever typed the address.
		if (error instanceof PlatformError && (error.kind === 'unavailable' || error.kind === 'unexpected'))
			throw unreadable(url, error.message);
		throw error;
	}
	const { status, headers, body } = reply;
	if (status !== 200) throw unreadable(url, `HTTP ${status}`);
	if (!headers['content-type']?.startsWith('image/')) throw unreadable(url, 'no picture');
	if (body.length === 0 || body.length > MOST_BYTES) throw unreadable(url, `${body.length} bytes`);
	return body;
}

function unreadable(url: string, detail: string): DraftRefusedError {
	return new DraftRefusedError(`pictures: ${detail}`, [{ field: 'images', code: '', words: url }], 'pictureUnreadable');
}
