import { type DetectorContext, type Hit, joined, matches } from './policy-text.ts';

// Ends that are no words of a language we meet: a full stop without a blank after it cannot make one.
const PLAIN_ENDS = 'com|net|org|biz|cn|ru|ly|xyz|gl|gg|io|eu|uk|fr|it\\.com|com\\.[a-z]{2}|co\\.[a-z]{2}|tk|ml';
// Ends that are words too; they need a path behind them or `www` before.
const WORD_ENDS = `${PLAIN_ENDS}|me|it|in|is|so|to|no|co|de|es|us|at|be|se|br|mx|ar|cl|pe|shop|store|online|site|app|link|info|top|vip|club|live|page|tv|cc|id|th|vn|ph|sg|my|jp|nl|pl`;
const LABELS = '(?<![a-z0-9@._-])(?!(?:asp|ado|vb)\\.net(?![a-z0-9./]))(?:[a-z0-9][a-z0-9-]{0,62}\\.){1,5}';
const PATH = '(?:[/?#][^\\s<>"\'）。，]{0,300})';

const WITH_SCHEME = /(?:https?|hxxps?|ftp)\s{0,2}:\s{0,2}\/{1,2}\s{0,2}[^\s<>"'）。，]{1,300}/g;
const WITH_WWW = /(?<![a-z0-9])www\s?\.\s?[a-z0-9][^\s<>"'）。，]{1,300}/g;
const BARE = new RegExp(`${LABELS}(?:(?:${PLAIN_ENDS})(?![a-z0-9@-]|\\.[a-z0-9])${PATH}?|(?:${WORD_ENDS})(?![a-z0-9@-])${PATH})`, 'g');
// "shop dot com", "tienda punto com", "loja ponto com ponto br", "店铺点com", "shop .com"
const SPELLED =
	/(?<![a-z0-9])[a-z0-9][a-z0-9-]{1,39}\s?(?:[([{]\s?\.|[([{]?\s?(?:\bdot|\bpunto|\bponto|点))\s?[)\]}]?\s?(?:com|net|org|cn)(?:\s?(?:\.|\bdot|\bpunto|\bponto|点)\s?[a-z]{2}(?![a-z])|(?=\s{0,2}(?:$|[/.,;!?)\n，。！])))/g;
const APART =
	/(?<![a-z0-9])(?:[a-z0-9-]{3,40}\s{1,2}\.(?:com|net|org)(?![a-z0-9])|[a-z0-9-]{2,40}\s{1,2}\.\s{0,2}(?:com|net|org|ly|cn)\/[^\s]{0,300}|h t t p(?: s)?(?![a-z])[^a-z\n]{0,9})/g;
const SHORTENERS = [
	'bit.ly',
	'goo.gl',
	'tinyurl.com',
	't.co',
	'ow.ly',
	'is.gd',
	'buff.ly',
	'cutt.ly',
	'rb.gy',
	'rebrand.ly',
	'shorturl.at',
	't.ly',
	'tiny.cc',
	'encurtador.com.br',
	'acortar.link',
	'url.cn',
	't.cn',
	'dwz.cn',
	'suo.im',
	's.id',
	'v.gd',
	'lnkd.in',
];

/** The host of a link as written, without scheme and path. */
function hostOf(link: string): string {
	const bare = link.replaceAll(/\s/g, '').replace(/^[a-z]{3,5}:\/{1,2}/, '');
	const authority = /^[^/?#\\]{0,300}/.exec(bare)?.[0] ?? '';
	// What stands before an @ is no host, however much it looks like one.
	return authority
		.slice(authority.lastIndexOf('@') + 1)
		.replace(/:\d{1,5}$/, '')
		.replace(/[.,;:!?)]{1,9}$/, '');
}

function isOf(host: string, ends: readonly string[]): boolean {
	return ends.some((end) => host === end || host.endsWith(`.${end}`));
}

function trimmed(text: string, hit: Hit): Hit {
	let { end } = hit;
	while (end > hit.start + 1 && '.,;:!?)'.includes(text.charAt(end - 1))) end -= 1;
	return { ...hit, end };
}

function all(text: string): Hit[] {
	const hits = [WITH_SCHEME, WITH_WWW, BARE, SPELLED, APART].flatMap((expression) => matches(text, expression, true));
	return joined(hits.map((hit) => trimmed(text, hit)));
}

/** Links that lead away from the platform, also spelled out. */
export function links(text: string, { ownHosts }: DetectorContext): Hit[] {
	return all(text).filter(({ start, end }) => !isOf(hostOf(text.slice(start, end)), ownHosts));
}

/** Links that hide where they lead. */
export function shortLinks(text: string): Hit[] {
	return all(text).filter(({ start, end }) => isOf(hostOf(text.slice(start, end)).replace(/^www\./, ''), SHORTENERS));
}

const PROVIDERS = 'gmail|hotmail|outlook|yahoo|icloud|qq|163|126|foxmail|proton|protonmail|live|uol|bol|terra|aol';
// "name (at) host (dot) com", "nombre arroba gmail", "name at gmail dot com"
const SPELLED_MAIL = new RegExp(
	`(?<![a-z0-9])[a-z0-9][a-z0-9._+-]{1,40}\\s{0,2}(?:[([{]\\s?(?:at|arroba|@)\\s?[)\\]}]|\\barroba\\b|艾特|\\bat\\b(?=\\s(?:${PROVIDERS})\\b)|\\s@\\s?|@\\s)\\s{0,2}[a-z0-9-]{2,40}(?:\\s?(?:\\.|[([{]\\s?(?:dot|punto|ponto|\\.)\\s?[)\\]}]|\\bdot\\b|\\bpunto\\b|\\bponto\\b|点)\\s?[a-z]{2,10}(?![a-z])){0,2}`,
	'g',
);
const LOCAL = /[a-z0-9._%+-]/;
const DOMAIN = /[a-z0-9.-]/;

/** E-mail addresses, also spelled out, except those of the platform's relay. */
export function emails(text: string, { ownHosts }: DetectorContext): Hit[] {
	const hits: Hit[] = [];
	for (let sign = text.indexOf('@'); sign !== -1; sign = text.indexOf('@', sign + 1)) {
		let start = sign;
		while (start > 0 && sign - start < 64 && LOCAL.test(text.charAt(start - 1))) start -= 1;
		let end = sign + 1;
		while (end < text.length && end - sign < 255 && DOMAIN.test(text.charAt(end))) end += 1;
		while (end > sign && '.-'.includes(text.charAt(end - 1))) end -= 1;
		const host = text.slice(sign + 1, end);
		if (start === sign || !/\.[a-z]{2,24}$/.test(host) || isOf(host, ownHosts)) continue;
		hits.push({ start, end, removable: true });
	}
	for (const hit of matches(text, SPELLED_MAIL, true)) {
		const said = text.slice(hit.start, hit.end);
		const named = new RegExp(`(?:${PROVIDERS})\\b|[.点]\\s?[a-z]{2,10}$|(?:dot|punto|ponto|[)\\]}])\\s?[a-z]{2,10}$`).test(said);
		if (named) hits.push(hit);
	}
	return joined(hits);
}
