import { PlatformError, type PlatformErrorKind } from '@pangea/platform-contract';
import { CursorError } from '@pangea/db';
import { DeliveryError, DestinationError, ModelError, NotActiveError, type NotActiveReason, OtherAccountError } from '@pangea/domain';
import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import type { PolicyFindingView } from './inbox/shapes.ts';

/** Our own sentences; the platforms' ones are `UserMessageCode` of the adapter contract. The screens hold both in every language. */
export type ProblemCode =
	| 'notSignedIn'
	| 'notAllowed'
	| 'noWorkspace'
	| 'secondFactorMissing'
	| 'secondFactorFirst'
	| 'notFound'
	| 'storeStopped'
	| 'writesStopped'
	| 'inputWrong'
	| 'lastOwner'
	| 'invitationInvalid'
	| 'invitationForOther'
	| 'alreadyMember'
	| 'authorizationExpired'
	| 'linkNotOpen'
	| 'otherAccount'
	| 'tooManyLinks'
	| 'messagePolicy'
	| 'snoozePastClock'
	| 'newerMessage'
	| 'answeredMeanwhile'
	| 'takenMeanwhile'
	| 'writtenMeanwhile'
	| 'answerNotHere'
	| 'answerLost'
	| 'alreadyAsked'
	| 'kindNotAllowed'
	| 'replyUnderWay'
	| 'copyUnderWay'
	| 'termTaken'
	| 'tooManyTerms'
	| 'nothingToUndo'
	| 'masterMeanwhile'
	| 'codeTaken'
	| 'tagTaken'
	| 'macroTaken'
	| 'rotaTaken'
	| 'noReplyUnknown'
	| 'modelMissing'
	| 'translationRefused'
	| 'draftRefused'
	| 'factsMissing'
	| 'variableUnfilled'
	| 'tooManyExports'
	| 'tooManyTemplates'
	| 'templateTaken'
	| 'tooManyDestinations'
	| 'destinationTaken'
	| 'destinationInUse'
	| 'exportLinkOver'
	| 'fileNotRead'
	| 'fileTooLarge'
	| 'paperFileNotTaken'
	| 'filesNotTaken'
	| 'fileTypeNotTaken'
	| 'sentFileTooLarge'
	| 'pictureBroken'
	| 'internal';

export class ProblemError extends Error {
	override name = 'ProblemError';
	readonly code: ProblemCode;
	readonly params: Record<string, string>;
	readonly findings: readonly PolicyFindingView[] | undefined;

	constructor(code: ProblemCode, params: Record<string, string> = {}, findings?: readonly PolicyFindingView[]) {
		super(code);
		this.code = code;
		this.params = params;
		this.findings = findings;
	}
}

export interface ProblemData {
	code: string;
	params: Record<string, string>;
	/** Of messagePolicy: what the platform's rules find in the text, in its order. */
	findings?: readonly PolicyFindingView[];
}

const STATUS: Record<ProblemCode, TRPCError['code']> = {
	notSignedIn: 'UNAUTHORIZED',
	notAllowed: 'FORBIDDEN',
	noWorkspace: 'FORBIDDEN',
	secondFactorMissing: 'FORBIDDEN',
	secondFactorFirst: 'PRECONDITION_FAILED',
	notFound: 'NOT_FOUND',
	storeStopped: 'CONFLICT',
	writesStopped: 'CONFLICT',
	inputWrong: 'BAD_REQUEST',
	lastOwner: 'CONFLICT',
	invitationInvalid: 'NOT_FOUND',
	invitationForOther: 'FORBIDDEN',
	alreadyMember: 'CONFLICT',
	authorizationExpired: 'BAD_REQUEST',
	linkNotOpen: 'NOT_FOUND',
	otherAccount: 'CONFLICT',
	tooManyLinks: 'TOO_MANY_REQUESTS',
	messagePolicy: 'BAD_REQUEST',
	snoozePastClock: 'CONFLICT',
	newerMessage: 'CONFLICT',
	answeredMeanwhile: 'CONFLICT',
	takenMeanwhile: 'CONFLICT',
	writtenMeanwhile: 'CONFLICT',
	answerNotHere: 'CONFLICT',
	answerLost: 'CONFLICT',
	alreadyAsked: 'CONFLICT',
	kindNotAllowed: 'CONFLICT',
	replyUnderWay: 'CONFLICT',
	copyUnderWay: 'CONFLICT',
	termTaken: 'CONFLICT',
	tooManyTerms: 'TOO_MANY_REQUESTS',
	nothingToUndo: 'CONFLICT',
	masterMeanwhile: 'CONFLICT',
	codeTaken: 'CONFLICT',
	tagTaken: 'CONFLICT',
	macroTaken: 'CONFLICT',
	rotaTaken: 'CONFLICT',
	noReplyUnknown: 'CONFLICT',
	modelMissing: 'PRECONDITION_FAILED',
	translationRefused: 'BAD_GATEWAY',
	draftRefused: 'BAD_GATEWAY',
	factsMissing: 'CONFLICT',
	variableUnfilled: 'BAD_REQUEST',
	tooManyExports: 'TOO_MANY_REQUESTS',
	tooManyTemplates: 'TOO_MANY_REQUESTS',
	templateTaken: 'CONFLICT',
	tooManyDestinations: 'TOO_MANY_REQUESTS',
	destinationTaken: 'CONFLICT',
	destinationInUse: 'CONFLICT',
	exportLinkOver: 'NOT_FOUND',
	fileNotRead: 'BAD_REQUEST',
	fileTooLarge: 'PAYLOAD_TOO_LARGE',
	paperFileNotTaken: 'BAD_REQUEST',
	filesNotTaken: 'BAD_REQUEST',
	fileTypeNotTaken: 'BAD_REQUEST',
	sentFileTooLarge: 'PAYLOAD_TOO_LARGE',
	pictureBroken: 'BAD_REQUEST',
	internal: 'INTERNAL_SERVER_ERROR',
};

const CODE_OF: Record<NotActiveReason, ProblemCode> = { missing: 'notFound', stopped: 'storeStopped', writesStopped: 'writesStopped' };

/** An error for the wire that carries the sentence's code. */
export function problem(code: ProblemCode, params: Record<string, string> = {}, findings?: readonly PolicyFindingView[]): TRPCError {
	return new TRPCError({ code: STATUS[code], message: code, cause: new ProblemError(code, params, findings) });
}

const PLATFORM_STATUS: Record<PlatformErrorKind, TRPCError['code']> = {
	auth: 'PRECONDITION_FAILED',
	forbidden: 'PRECONDITION_FAILED',
	rateLimited: 'TOO_MANY_REQUESTS',
	rejected: 'BAD_REQUEST',
	notFound: 'NOT_FOUND',
	unavailable: 'BAD_GATEWAY',
	unexpected: 'BAD_GATEWAY',
};

/** The wire error for what a procedure threw: a foreign cursor is the caller's, a platform's refusal is nobody's bug. */
export function asWireError(error: TRPCError): TRPCError {
	const { cause } = error;
	if (cause instanceof PlatformError) return new TRPCError({ code: PLATFORM_STATUS[cause.kind], message: cause.userMessage.code, cause });
	if (cause instanceof ProblemError) return new TRPCError({ code: STATUS[cause.code], message: cause.code, cause });
	if (cause instanceof NotActiveError) return problem(CODE_OF[cause.reason]);
	// The channel's fault, or its settings': nobody's bug.
	if (cause instanceof DeliveryError) return new TRPCError({ code: 'BAD_GATEWAY', message: cause.code, cause });
	// The server's fault, or its settings'.
	if (cause instanceof DestinationError) return new TRPCError({ code: 'BAD_GATEWAY', message: cause.code, cause });
	// The model's host's fault, or its settings'.
	if (cause instanceof ModelError) return new TRPCError({ code: 'BAD_GATEWAY', message: cause.code, cause });
	if (cause instanceof CursorError) return new TRPCError({ code: 'BAD_REQUEST', message: 'inputWrong', cause });
	return error;
}

/** What the person is told about any error: a sentence's code and its gaps, never the cause. */
export function problemOf(error: unknown): ProblemData {
	// As procedures throw it, also where no procedure is around them.
	if (error instanceof TRPCError && error.cause) return problemOf(error.cause);
	if (error instanceof ProblemError) {
		const { code, params, findings } = error;
		return { code, params, ...(findings && { findings }) };
	}
	if (error instanceof PlatformError) return { code: error.userMessage.code, params: error.userMessage.params ?? {} };
	if (error instanceof ZodError) return { code: 'inputWrong', params: { field: error.issues[0]?.path.join('.') ?? '' } };
	if (error instanceof NotActiveError) return { code: CODE_OF[error.reason], params: {} };
	if (error instanceof DeliveryError) return { code: error.code, params: { words: error.words } };
	if (error instanceof DestinationError) return { code: error.code, params: { host: error.host } };
	if (error instanceof ModelError) return { code: error.code, params: { host: error.host } };
	if (error instanceof CursorError) return { code: 'inputWrong', params: { field: 'after' } };
	if (error instanceof OtherAccountError) return { code: 'otherAccount', params: {} };
	return { code: 'internal', params: {} };
}
