// Greetings and thanks, folded: no accents, lower case, no punctuation.
const PHRASES = [
	'hi hello hey dear sir madam there good morning afternoon evening day thanks thank you ok okay welcome bye',
	'hola buenos dias buenas tardes noches buen dia gracias muchas saludos',
	'oi ola bom dia boa tarde noite obrigado obrigada muito',
	'halo hai selamat pagi siang sore malam terima kasih xin chao',
].flatMap((line) => line.split(' '));
const WORDS = new Set(PHRASES);
const CHINESE =
	/^(?:您好|你好|亲|亲爱的|在吗|在的|哈喽|嗨|谢谢|感谢|好的|早上好|下午好|晚上好|上午好|スミマセン|こんにちは|สวัสดี(?:ครับ|ค่ะ|คะ)?|ขอบคุณ(?:ครับ|ค่ะ)?|啊|呀|呢|哦|哈)+$/u;

/**
 * Whether a text is a greeting or thanks and nothing else, which some platforms do not take for an answer. A short answer (`Yes`, `42`) is none.
 * Our own reading; no platform publishes its list.
 */
export function isSmallTalk(text: string): boolean {
	if (text.length > 80) return false;
	const folded = text
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
		.trim();
	if (folded === '') return true;
	if (CHINESE.test(folded.replaceAll(' ', ''))) return true;
	const plain = folded.normalize('NFD').replace(/\p{M}/gu, '');
	return plain.split(' ').every((word) => WORDS.has(word));
}
