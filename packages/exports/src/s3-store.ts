import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { inPieces } from './pieces.ts';
import { type FileStore, folderStore } from './store.ts';

export interface S3Settings {
	/** Of the bucket, with a folder in it where one is wanted: `https://s3.eu-central-1.amazonaws.com/bucket/pangea`. */
	url: string;
	region: string;
	keyId: string;
	secret: string;
}

/** The object store did not do what was asked; the message has its status and nothing of what it said. */
export class FileStoreError extends Error {
	override name = 'FileStoreError';
	readonly code: 'ENOENT' | 'ESTORE';

	constructor(status: number) {
		super(`The object store answered with ${status}`);
		this.code = status === 404 ? 'ENOENT' : 'ESTORE';
	}
}

/** S3 takes parts of 5 MiB and more, the last one excepted, and 10,000 of them: 80 GB are more than an export has. */
const PART = 8 * 1024 * 1024;

/**
 * Files in a bucket of anything that speaks S3's multipart uploads and its fourth signature (AWS S3 API reference, 2006-03-01). An upload that is given
 * up is aborted; one whose process dies leaves parts that a rule of the bucket has to delete.
 */
export function s3Store(settings: S3Settings): FileStore {
	const client = new AwsClient({
		accessKeyId: settings.keyId,
		secretAccessKey: settings.secret,
		service: 's3',
		region: settings.region,
		retries: 4,
	});
	const address = (key: string, query = ''): string => `${settings.url.replace(/\/$/, '')}/${key}${query}`;
	const ask = async (method: string, url: string, body: Buffer | null = null): Promise<Response> => {
		const headers = {
			'x-amz-content-sha256': createHash('sha256')
				.update(body ?? '')
				.digest('hex'),
		};
		const answer = await client.fetch(url, { method, headers, ...(body && { body: new Uint8Array(body) }) });
		if (!answer.ok) throw new FileStoreError(answer.status);
		return answer;
	};
	const upload = async (key: string, parts: AsyncIterable<Buffer>, first: Buffer): Promise<number> => {
		const started = await (await ask('POST', address(key, '?uploads='))).text();
		const id = encodeURIComponent(/<UploadId>([^<]+)<\/UploadId>/.exec(started)?.[1] ?? '');
		const tags: string[] = [];
		let size = 0;
		const put = async (part: Buffer): Promise<void> => {
			const answer = await ask('PUT', address(key, `?partNumber=${tags.length + 1}&uploadId=${id}`), part);
			tags.push(answer.headers.get('etag') ?? '');
			size += part.length;
		};
		try {
			await put(first);
			for await (const part of parts) await put(part);
			const list = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join('');
			const said = await ask(
				'POST',
				address(key, `?uploadId=${id}`),
				Buffer.from(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`),
			);
			// S3 may fail after it has sent its status.
			if ((await said.text()).includes('<Error>')) throw new FileStoreError(500);
		} catch (error) {
			await ask('DELETE', address(key, `?uploadId=${id}`)).catch(() => {});
			throw error;
		}
		return size;
	};
	return {
		async write(key, bytes) {
			const parts = inPieces(bytes, PART);
			try {
				const { value: first = Buffer.alloc(0) } = await parts.next();
				if (first.length === PART) return await upload(key, parts, first);
				await ask('PUT', address(key), first);
				return first.length;
			} finally {
				await parts.return(undefined);
			}
		},
		async *read(key) {
			const { body } = await ask('GET', address(key));
			if (body) for await (const piece of body) yield Buffer.from(piece);
		},
		async remove(key) {
			await ask('DELETE', address(key));
		},
	};
}

/** The bucket where there is one, else the folder. */
export function fileStore({ filesFolder, filesBucket }: { filesFolder: string; filesBucket: S3Settings | null }): FileStore {
	return filesBucket ? s3Store(filesBucket) : folderStore(filesFolder);
}
