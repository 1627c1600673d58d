import type { ChosenFileView, CostImportView, ReviewImportView, StatementImportView } from '@pangea/api';
import { preferences } from './preferences.ts';

/** What the server answered to a file, by its own code; `unreachable` when there was no answer. */
export class UploadError extends Error {
	override name = 'UploadError';
	readonly code: string;
	readonly params: Record<string, string>;

	constructor(code: string, params: Record<string, string> = {}) {
		super(code);
		this.code = code;
		this.params = params;
	}
}

/**
 * Gives a file of costs to the server.
 * @param question how it is read and whether it is taken, as the door of the server names it
 * @throws UploadError
 */
export async function giveCosts(file: File, question: Readonly<Record<string, string>>): Promise<CostImportView> {
	return (await give('/upload/costs', file, question, 'fileTooLarge')) as CostImportView;
}

/** Gives a file of statements to the server, as {@link giveCosts}. @throws UploadError */
export async function giveStatements(file: File, question: Readonly<Record<string, string>>): Promise<StatementImportView> {
	return (await give('/upload/statements', file, question, 'fileTooLarge')) as StatementImportView;
}

/** Gives a file of reviews to the server, as {@link giveCosts}. @throws UploadError */
export async function giveReviews(file: File, question: Readonly<Record<string, string>>): Promise<ReviewImportView> {
	return (await give('/upload/reviews', file, question, 'fileTooLarge')) as ReviewImportView;
}

/** Puts a file with a paper of the dossier. @throws UploadError */
export async function givePaperFile(paperId: string, file: File): Promise<void> {
	await give('/upload/paper', file, { paper: paperId }, 'paperFileNotTaken');
}

/** Puts a file with an answer that is being written. @throws UploadError */
export async function giveMessageFile(conversationId: string, file: File): Promise<ChosenFileView> {
	return (await give('/upload/message-file', file, { conversation: conversationId }, 'sentFileTooLarge')) as ChosenFileView;
}

/** @param tooLarge the code of the sentence for a file that the door does not let through */
async function give(path: string, file: File, question: Readonly<Record<string, string>>, tooLarge: string): Promise<unknown> {
	const { workspaceId } = preferences();
	let response: Response;
	try {
		response = await fetch(`${path}?${new URLSearchParams({ ...question, name: file.name }).toString()}`, {
			method: 'POST',
			headers: { 'content-type': 'application/octet-stream', ...(workspaceId !== null && { 'x-pangea-workspace': workspaceId }) },
			body: file,
			credentials: 'same-origin',
		});
	} catch {
		throw new UploadError('unreachable');
	}
	const answer: unknown = await response.json().catch(() => null);
	if (response.ok) return answer;
	if (response.status === 413) throw new UploadError(tooLarge);
	if (response.status === 429) throw new UploadError('tooMany');
	const { problem } = (answer ?? {}) as { problem?: { code?: unknown; params?: Record<string, string> } };
	throw typeof problem?.code === 'string' ? new UploadError(problem.code, problem.params) : new UploadError('unknown');
}
