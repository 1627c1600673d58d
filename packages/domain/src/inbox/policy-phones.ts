import { type DetectorContext, type Hit, joined, matches } from './policy-text.ts';

// Chinese numerals that stand for digits in a row; 幺 is how a one is read out.
const NUMERALS: Readonly<Record<string, string>> = {
	零: '0',
	〇: '0',
	一: '1',
	幺: '1',
	二: '2',
	两: '2',
	三: '3',
	四: '4',
	五: '5',
	六: '6',
	七: '7',
	八: '8',
	九: '9',
	壹: '1',
	贰: '2',
	叁: '3',
	肆: '4',
	伍: '5',
	陆: '6',
	柒: '7',
	捌: '8',
	玖: '9',
};
const DIGIT = '[0-9零〇一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖]';
// Digits with at most three separators between two of them.
const RUN = new RegExp(`[+(]{0,2}${DIGIT}(?:[ \\t.()*_/-]{0,3}${DIGIT}){6,39}`, 'g');

const WORDS = [
	'zero',
	'one',
	'two',
	'three',
	'four',
	'five',
	'six',
	'seven',
	'eight',
	'nine',
	'oh',
	'cero',
	'uno',
	'dos',
	'tres',
	'cuatro',
	'cinco',
	'seis',
	'siete',
	'ocho',
	'nueve',
	'um',
	'dois',
	'quatro',
	'sete',
	'oito',
	'nove',
	'meia',
].join('|');
const SPELLED = new RegExp(`(?<![a-z])(?:${WORDS}|[0-9])(?:[ ,.-]{1,2}(?:${WORDS}|[0-9])){6,14}(?![a-z0-9])`, 'g');

const CALLS =
	/(?:phone|\bcall|\btel\b|tel\.|telefono|telefone|celular|\bcel\b|mobile|\bmovil|llam[ae]|llamenos|marque|ligue|ligar|\bfone\b|\bsms\b|\btext (?:me|us)|电话|手机|致电|打给|拨打|来电|联系方式|热线)[^\n.!?。]{0,24}$/;
const NAMES_AN_ID =
	/(?:order|pedido|orden|compra|venda|venta|tracking|track|rastre[a-z]{1,6}|guia|envio|codigo|code|sku|asin|serial|serie|invoice|factura|nota fiscal|\bnf\b|\bref|ticket|case|caso|reclamo|reclamacao|claim|isbn|ean|upc|model[oe]?|pack|return|refund|cep|rfc|cpf|cnpj|订单|运单|单号|快递|物流|编号|型号|条码|退款|案件)[^\n.!?。]{0,24}$|[#$€£¥￥]\s?$|(?:usd|brl|mxn|cny|eur|gbp|r\$|us\$)\s?$/;

// Lengths of the groups in which telephone numbers of the four languages' countries are written.
const GROUPINGS = new Set([
	'3-3-4',
	'2-4-4',
	'2-5-4',
	'3-4-4',
	'3-3-2-2',
	'1-3-3-4',
	'2-2-4-4',
	'2-2-5-4',
	'2-3-4-4',
	'3-8',
	'4-7',
	'4-3-3',
]);

function asDigits(text: string): string {
	return text.replaceAll(/[^0-9]/g, (char) => NUMERALS[char] ?? char);
}

function isPhone(text: string, { start, end }: Hit): boolean {
	const before = text.slice(Math.max(0, start - 48), start);
	const next = text.charAt(end);
	const previous = text.charAt(start - 1);
	// Part of a SKU, a tracking number or an amount.
	if (/[a-z0-9_%]/.test(next) || (/[a-z0-9_$€£¥￥]/.test(previous) && !/[+(]/.test(text.charAt(start)))) return false;
	if (/^[.,]\d/.test(text.slice(end, end + 2)) || (/[-/]$/.test(previous) && /[a-z0-9]/.test(text.charAt(start - 2)))) return false;
	const written = text.slice(start, end);
	const digits = asDigits(written).replaceAll(/\D/g, '');
	const groups = asDigits(written)
		.split(/\D+/)
		.filter(Boolean)
		.map((group) => group.length);
	if (digits.length < 7 || digits.length > 15 || isDate(written)) return false;
	const called = CALLS.test(before);
	if (!called && NAMES_AN_ID.test(before)) return false;
	if (/^\(?(?:\+|00[1-9])/.test(written)) return digits.length >= 8;
	if (called) return true;
	// Read out or typed one by one, to hide it.
	if (groups.length >= 7 && groups.every((length) => length === 1)) return true;
	if (/[一-龥〇]/u.test(written)) return /^1[3-9]\d{9}$/.test(digits) || (/[0-9]/.test(written) && digits.length >= 8);
	if (/(?:^|\D)1[3-9]\d{9}(?:\D|$)/.test(written)) return true;
	if (groups.length === 1) return false;
	const grouping = groups.join('-');
	// North American area and exchange codes begin with no 0 or 1; a list of sizes may.
	if (grouping === '3-3-4') return /^\(?[2-9]\d\d\D{1,3}[2-9]/.test(asDigits(written));
	return /^\(\d{2,3}\)/.test(written) || GROUPINGS.has(grouping);
}

function isDate(written: string): boolean {
	return /^(?:19|20)\d{2}[-./ ]\d{1,2}[-./ ]\d{1,2}(?:\D|$)|^\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d{2}(?:\D|$)|^(?:19|20)\d{2}[-/](?:19|20)\d{2}$/.test(
		written,
	);
}

/** Telephone numbers in any usual or hidden writing. Ids, tracking numbers, prices and dates are none. */
export function phones(text: string, { known }: DetectorContext): Hit[] {
	const hits = [
		...matches(text, RUN, true).filter((hit) => isPhone(text, hit)),
		...matches(text, SPELLED, true).filter(({ start, end }) => /[a-z]/.test(text.slice(start, end))),
	];
	if (hits.length === 0) return hits;
	const ids = known.filter((id) => id.length >= 4).map((id) => id.toLowerCase());
	return joined(hits).filter(({ start, end }) => {
		const around = text.slice(Math.max(0, start - 24), end + 24);
		return !ids.some((id) => around.includes(id) && id.includes(text.slice(start, end).trim()));
	});
}
