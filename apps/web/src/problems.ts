import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { AuthError } from './auth.ts';
import { problemOfError } from './trpc.ts';
import { UploadError } from './upload.ts';
import { VisitError } from './visit.ts';

/** Every sentence says what is the matter and who has to do what about it. Gaps come from the problem's `params`. */
const SENTENCES: Record<string, MessageDescriptor> = {
	notSignedIn: msg`Your session has ended. Sign in again to go on.`,
	notAllowed: msg`Your role does not allow this. Ask an owner of the workspace.`,
	noWorkspace: msg`You are no longer a member of this workspace. Ask an owner to invite you.`,
	secondFactorMissing: msg`This workspace lets in only who has a second factor. Set yours up to go on.`,
	secondFactorFirst: msg`Set up your own second factor first, or you would lock yourself out.`,
	notFound: msg`This is not there any more, or it lies outside your stores.`,
	storeStopped: msg`This store is switched off or disconnected. Switch it on or reconnect it, then try again.`,
	writesStopped: msg`Changes at the platform are stopped for this store. Whoever stopped them can allow them again on the Sync page of the stores.`,
	inputWrong: msg`One field is not as it needs to be: {field}. Correct it and try again.`,
	lastOwner: msg`A workspace needs an owner. Make somebody else owner first.`,
	invitationInvalid: msg`This invitation has been used, withdrawn or is older than seven days. Ask for a new link.`,
	invitationForOther: msg`This invitation is for {email}. Sign in with that address.`,
	alreadyMember: msg`This person is already a member of the workspace.`,
	appMissing: msg`The app credentials of this platform are missing. Enter them first, then bind the store.`,
	authorizationExpired: msg`The consent took too long or was used before. Start binding again.`,
	linkNotOpen: msg`This link is not valid. It may have been used or withdrawn, or its time is over. Ask the person who sent it for a new one.`,
	otherAccount: msg`This is another account of the platform than the one that was asked for. Nothing was changed. Sign in there with the right account and open the link again.`,
	tooManyLinks: msg`There are already several open links for this store. Withdraw one first.`,
	tooManyExports: msg`Twenty of your files are still being written. Wait for one of them or cancel it.`,
	tooManyTemplates: msg`You keep a hundred templates already. Remove one first.`,
	templateTaken: msg`You have another template of this name.`,
	exportLinkOver: msg`This link has run out or was made for somebody else. Press Download again for a new one.`,
	fileNotRead: msg`This file could not be read. Save it as CSV or as a workbook (.xlsx) and choose it again.`,
	fileTooLarge: msg`The file is too large. Split it into files of at most 500,000 rows and 30 MB.`,
	filesNotTaken: msg`The platform takes no files in this conversation. Write without them.`,
	fileTypeNotTaken: msg`The platform does not take files of this kind here. Choose another one.`,
	sentFileTooLarge: msg`The file is larger than the platform takes. Choose a smaller one.`,
	paperFileNotTaken: msg`Only PDF, PNG and JPEG files of up to 5 MB are kept. Choose another file.`,
	tooLarge: msg`The file would be larger than 4 GB. Narrow the filter, or choose fewer columns.`,
	internal: msg`Something went wrong on our side. It has been logged; try again in a moment.`,
	grantExpired: msg`The platform's permission has run out. Reconnect with the store's main account.`,
	grantRevoked: msg`The permission was withdrawn at the platform. The store's owner has to grant it again: reconnect.`,
	scopeMissing: msg`The platform did not grant a permission we need. Add it to the app at the platform, then reconnect.`,
	wrongRegion: msg`The store belongs to another region than the one chosen. Reconnect and choose its region.`,
	ipNotAllowed: msg`The platform only accepts listed addresses. Add this server's address to the app's allow list at the platform.`,
	storeInactive: msg`The platform says the store is not active. Its owner has to settle that in the seller centre.`,
	appCredentialsWrong: msg`The platform refuses the app credentials. Check the key and the secret and enter them again.`,
	codeExpired: msg`The platform's consent code has run out. Start binding again; it is good for a few minutes only.`,
	rateLimited: msg`The platform asks us to slow down. We go on by ourselves; nothing is lost.`,
	consentRefused: msg`The seller did not agree at the platform. Ask the store's owner to start binding again and to agree there.`,
	platformDown: msg`The platform does not answer. We keep trying; nothing is lost.`,
	platformRefused: msg`The platform refused the request. Its words are in the log; tell your administrator.`,
	notFoundAtPlatform: msg`The platform does not know this any more.`,
	answerNotUnderstood: msg`The platform answered in a form we do not know. The answer is kept and can be replayed after an update.`,
	snoozePastClock: msg`The buyer has to be answered before that time. Choose an earlier one.`,
	answeredMeanwhile: msg`Somebody else has answered since you began. Read it, then send again.`,
	takenMeanwhile: msg`Somebody else has taken it meanwhile.`,
	writtenMeanwhile: msg`The buyer has written meanwhile, so it stays open.`,
	newerMessage: msg`The buyer has written since you began. Read it, then send again.`,
	copyUnderWay: msg`This listing is on its way to the platform; wait for its answer before you change it.`,
	replyUnderWay: msg`It is too late: the answer is already on its way to the platform.`,
	tagTaken: msg`There is already a tag of this name.`,
	macroTaken: msg`There is already a macro of this name.`,
	variableUnfilled: msg`A place in this answer is still empty. Write what belongs there, or take it out.`,
	messagePolicy: msg`The platform forbids something in this answer. Change what is marked, or ask a manager to send it.`,
	conversationClosed: msg`The platform lets nobody write in this conversation now. It opens again when the buyer writes or buys.`,
	mailboxMissing: msg`Buyers of this platform write by mail, and no mailbox is named yet. Name one with the stores.`,
	mailboxNotNeeded: msg`This platform has a chat of its own and needs no mailbox.`,
	mailboxLoginRefused: msg`The mail server {host} refuses user name or password. Make a password for programs at your mail provider and enter it again.`,
	mailboxUnknownHost: msg`There is no server named {host}. Check its name.`,
	mailboxInnerHost: msg`{host} lies inside a network, so it is not called. An administrator can allow it with PANGEA_MAIL_SERVERS.`,
	mailboxUnreachable: msg`The mail server {host} does not answer. Check host, port and encryption.`,
	mailboxCertificate: msg`The certificate of {host} is not valid for it, so nothing was sent there. Check the host's name.`,
	mailboxFolderMissing: msg`The mailbox has no folder {folder}.`,
	mailboxRefused: msg`The mail server did not take the mail.`,
	attachmentTooLarge: msg`Not fetched: it is larger than this server keeps. Open it at the platform, or ask your administrator to raise the limit.`,
	attachmentsFull: msg`Not fetched: this conversation holds as many files as this server keeps. Open it at the platform, or ask your administrator to raise the limit.`,
	attachmentGone: msg`Not fetched: the platform has it no more, or its address has run out. Open the conversation at the platform.`,
	attachmentUnsafe: msg`Not fetched: the platform warns of it, or it lies outside of the platform.`,
	attachmentUnreachable: msg`Not fetched: the platform did not give it. Fetch it again, or open it at the platform.`,
	messageUndelivered: msg`The platform says that it could not deliver this message to the buyer.`,
	buyerOptedOut: msg`The buyer does not want messages of sellers. Only what an order needs gets through, at the platform itself.`,
	alreadyAsked: msg`This was sent before, or is on its way. It is not sent twice.`,
	kindNotAllowed: msg`The platform does not allow this kind of message for the order any more, so nothing was sent.`,
	alreadyAnswered: msg`Somebody else has answered this question; the platform takes one answer.`,
	listingRefused: msg`The platform does not take this listing; its reasons stand below.`,
	pictureUnreadable: msg`A picture could not be fetched from its address, or is none that the platform takes.`,
	warehouseMissing: msg`The shop has no warehouse from which it can sell. Open one at the platform first.`,
	sellerSkuTaken: msg`The store has a listing under this seller code already. It was not touched: pair it, or choose another code.`,
	moderated: msg`The platform's moderation took this message back, so the buyer does not see it. Change it and write again.`,
	moderatedLanguage: msg`The platform's moderation took this message back for its language, so the buyer does not see it. Write it more politely.`,
	moderatedContact: msg`The platform's moderation took this message back, since it names contacts or social networks. Write it without them.`,
	moderatedLink: msg`The platform's moderation took this message back, since it holds a shortened link. Write it without the link.`,
	moderatedAutomatic: msg`The platform's moderation took this message back, since it looks automatic. Write to this buyer in your own words.`,
	moderatedPayment: msg`The platform's moderation took this message back, since it speaks of payment outside of the sale. Write it without that.`,
	moderatedClaim: msg`The platform's moderation took this message back, since it seems to keep the buyer from a claim. Write it without that.`,
	clockSkew: msg`This server's clock is wrong, so the platform refuses its signatures. Your administrator has to set it.`,
	modeNotServed: msg`The platform does not serve this way of selling through its interface. This store cannot be bound.`,
	mailNotConfigured: msg`This server sends no mail yet. Your administrator has to name a mail server.`,
	mailUnreachable: msg`The mail server does not answer. Your administrator has to check its address.`,
	mailLoginRefused: msg`The mail server refuses our login. Your administrator has to check its user and password.`,
	mailRefused: msg`The mail server refused the mail. It said:`,
	hookAddressRefused: msg`This address lies inside a network or is not https, so it is not called. Paste the one that the group's settings show.`,
	hookUnreachable: msg`The group chat does not answer at this address. We try again later.`,
	hookRefused: msg`The group chat refused the message. Check the address and the secret. It said:`,
	unreachable: msg`The server does not answer. Check your connection; what you typed is still here.`,
	tooMany: msg`Too many attempts. Wait a minute and try again.`,
	unknown: msg`That did not work, and no reason was given. Try again in a moment.`,
	INVALID_EMAIL_OR_PASSWORD: msg`E-mail or password is not right.`,
	INVALID_PASSWORD: msg`The password is not right.`,
	INVALID_CODE: msg`This code is not right. Type the one that is shown now.`,
	INVALID_BACKUP_CODE: msg`This code is not right, or it has been used before.`,
	INVALID_TWO_FACTOR_COOKIE: msg`That took too long. Enter your password again.`,
	TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: msg`Too many wrong codes. Enter your password again.`,
	ACCOUNT_TEMPORARILY_LOCKED: msg`Too many wrong codes. Try again in a quarter of an hour.`,
	TOTP_ALREADY_ENABLED: msg`The second factor is already on.`,
	USER_ALREADY_EXISTS: msg`There is already an account with this e-mail. Sign in instead.`,
	USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: msg`There is already an account with this e-mail. Sign in instead.`,
	PASSWORD_TOO_SHORT: msg`The password needs at least 10 characters.`,
	PASSWORD_TOO_LONG: msg`The password may have 128 characters at most.`,
	INPUT_WRONG: msg`One field holds a character that cannot be stored. Type it again.`,
	INVALID_EMAIL: msg`This is not an e-mail address.`,
};

/** A problem's sentence in the shown language. A code from a newer server falls back to a general sentence with the code in it. */
export function sentence(i18n: I18n, code: string, params: Record<string, string> = {}): string {
	const found = SENTENCES[code];
	if (found) return i18n._({ ...found, values: { field: '', email: '', host: '…', folder: '…', ...params } });
	return i18n._(msg`Something unexpected happened (${code}).`);
}

/** The sentence for any error a screen can catch. */
export function errorSentence(i18n: I18n, error: unknown): string {
	if (error instanceof AuthError) return sentence(i18n, error.code in SENTENCES ? error.code : 'unknown');
	if (error instanceof VisitError || error instanceof UploadError) return sentence(i18n, error.code, error.params);
	const problem = problemOfError(error);
	return problem ? sentence(i18n, problem.code, problem.params) : sentence(i18n, 'unreachable');
}

export function hasSentence(code: string): boolean {
	return code in SENTENCES;
}
