// Lines after which an older message follows, as mail programs of the four languages write them.
const HISTORY: readonly RegExp[] = [
	/^-{2,20} ?(?:original message|forwarded message|mensaje original|mensagem original|mensagem encaminhada|原始邮件|转发的邮件|original-nachricht) ?-{2,20}$/i,
	/^on .{5,200} wrote:$/i,
	/^el .{5,200} escribió:$/i,
	/^em .{5,200} escreveu:$/i,
	/^am .{5,200} schrieb .{1,100}:$/i,
	/^\d{4}年\d{1,2}月\d{1,2}日.{0,200}[:：]$/,
	/^(?:在|于)?.{5,200}写道[:：]$/,
];
const HEAD = /^(?:from|de|发件人)\s?[:：]\s?\S/i;
const HEAD_NEXT = /^(?:sent|date|to|enviado|enviado el|enviada em|fecha|data|para|发送时间|日期|收件人)\s?[:：]/i;
const QUOTE = /^\s{0,3}>/;

/** A text and what it quotes of earlier messages. Nothing is lost: one after the other they are the text. */
export interface Unquoted {
	fresh: string;
	quoted: string;
}

/**
 * Parts what a buyer wrote from the older messages that a mail program put below it. Where nothing would be left, as with an answer written
 * between quoted lines only, the whole text is fresh. Goes through the lines once.
 */
export function stripQuoted(text: string): Unquoted {
	const lines = text.split('\n');
	let cut = lines.findIndex((line, index) => startsHistory(line, lines[index + 1]));
	if (cut === -1) {
		// Trailing quoted lines; what is written below a quotation stays with it.
		cut = lines.length;
		while (cut > 0 && (QUOTE.test(lines[cut - 1] ?? '') || (lines[cut - 1] ?? '').trim() === '')) cut -= 1;
		if (!lines.slice(cut).some((line) => QUOTE.test(line))) return { fresh: text, quoted: '' };
	}
	const fresh = lines.slice(0, cut);
	if (fresh.every((line) => line.trim() === '')) return { fresh: text, quoted: '' };
	const length = fresh.reduce((sum, line) => sum + line.length + 1, 0);
	return { fresh: text.slice(0, length), quoted: text.slice(length) };
}

function startsHistory(line: string, next: string | undefined): boolean {
	// No mail program writes such a line longer; and a long one would be tried by every expression.
	if (line.length > 300) return false;
	const plain = line.trim();
	return HISTORY.some((start) => start.test(plain)) || (HEAD.test(plain) && next !== undefined && HEAD_NEXT.test(next.trim()));
}
