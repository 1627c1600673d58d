const NOISE = new Set(
	`the a an and or of for with in on to from by de del la el los las un una con para por y o em com do da dos das e ao und mit für fuer von der die das
	new nuevo nueva novo nova neu hot sale oferta promoção promocao free shipping envío envio gratis grátis gratuito 2024 2025 2026 best top original
	premium quality calidad qualidade official oficial`.split(/\s+/),
);

/** Words of a title with their weight; scripts that know no spaces are cut in pairs of letters. */
export type TitleWords = ReadonlyMap<string, number>;

/** Pure. */
export function readTitle(title: string): TitleWords {
	const words = new Map<string, number>();
	const lower = title.normalize('NFKC').toLowerCase();
	for (const [word] of lower.matchAll(/[\p{Script=Latin}\p{M}\d]+/gu)) {
		const plain = word.normalize('NFD').replace(/\p{M}/gu, '');
		if (plain.length < 2 || NOISE.has(word) || NOISE.has(plain)) continue;
		words.set(stem(plain), /\d/.test(plain) ? 1.5 : plain.length > 3 ? 1 : 0.5);
	}
	for (const [run] of lower.matchAll(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー]{2,}/gu))
		for (let i = 0; i + 2 <= run.length; i++) words.set(run.slice(i, i + 2), 0.6);
	return words;
}

/** How alike two titles are, from 0 to 1: twice what they share over what they hold. */
export function likeness(a: TitleWords, b: TitleWords): number {
	let [shared, all] = [0, 0];
	for (const [word, weight] of a) {
		all += weight;
		if (b.has(word)) shared += 2 * weight;
	}
	for (const weight of b.values()) all += weight;
	return all === 0 ? 0 : Math.min(1, shared / all);
}

/** The rarest looking words, by which alike titles are looked up. */
export function telling(words: TitleWords): string[] {
	return [...words]
		.sort(([a, x], [b, y]) => y - x || b.length - a.length || (a < b ? -1 : 1))
		.slice(0, 4)
		.map(([word]) => word)
		.sort();
}

function stem(word: string): string {
	return word.length > 4 && word.endsWith('s') ? word.slice(0, -1) : word;
}
