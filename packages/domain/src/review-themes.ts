/** What reviews are about. Found by the words below and corrected by people: a help for sorting, not a judgement. */
export const REVIEW_THEMES = ['quality', 'damaged', 'notAsDescribed', 'size', 'incomplete', 'delivery', 'price', 'service'] as const;
export type ReviewTheme = (typeof REVIEW_THEMES)[number];

type Words = Record<ReviewTheme, readonly string[]>;

/** Beginnings of words by language, in small letters without accents; of languages written without spaces, parts of the text. */
const WORDS: Readonly<Record<string, Words>> = {
	es: {
		quality: ['calidad', 'fragil', 'dejo de funcionar', 'no funciona', 'no sirve'],
		damaged: ['roto', 'rota', 'golpead', 'danad', 'rayad'],
		notAsDescribed: ['distint', 'diferente a', 'no es lo que', 'no corresponde', 'enganos'],
		size: ['talla', 'tamano', 'muy chic', 'pequen', 'muy grande'],
		incomplete: ['incomplet', 'falta', 'faltaba'],
		delivery: ['envio', 'tardo', 'tarde', 'demor', 'entrega', 'llego bien'],
		price: ['precio', 'caro', 'barat'],
		service: ['vendedor', 'atencion', 'respuesta'],
	},
	pt: {
		quality: ['qualidade', 'fragil', 'parou de funcionar', 'nao funciona', 'nao presta'],
		damaged: ['quebrad', 'danificad', 'amassad', 'riscad'],
		notAsDescribed: ['diferente d', 'nao e o que', 'nao corresponde', 'enganos'],
		size: ['tamanho', 'muito pequen', 'muito grande', 'pequeno'],
		incomplete: ['incomplet', 'falta', 'faltou'],
		delivery: ['entrega', 'demor', 'atras', 'chegou rapido'],
		price: ['preco', 'caro', 'barat', 'custo'],
		service: ['vendedor', 'atendimento', 'resposta'],
	},
	en: {
		quality: ['quality', 'flimsy', 'stopped working', 'does not work', "doesn't work"],
		damaged: ['broken', 'damaged', 'cracked', 'scratched'],
		notAsDescribed: ['not as described', 'different from', 'not what i', 'misleading'],
		size: ['size', 'too small', 'too big', 'too large'],
		incomplete: ['missing', 'incomplete'],
		delivery: ['delivery', 'shipping', 'arrived late', 'delayed'],
		price: ['price', 'expensive', 'cheap', 'value for'],
		service: ['seller', 'service', 'support'],
	},
	zh: {
		quality: ['质量', '坏了', '不能用', '做工'],
		damaged: ['破损', '碎', '划痕', '压坏'],
		notAsDescribed: ['与描述不符', '色差', '货不对板', '不一样'],
		size: ['尺寸', '尺码', '太小', '太大'],
		incomplete: ['少件', '缺件', '少发', '漏发'],
		delivery: ['物流', '快递', '发货', '送货'],
		price: ['价格', '太贵', '便宜', '性价比'],
		service: ['客服', '卖家', '服务'],
	},
};

/** Small letters without accents. */
function plain(text: string): string {
	return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/**
 * The themes whose words a text holds. Pure.
 * @param language BCP 47; only its first part counts. Of a language without words nothing is found.
 */
export function themesOf(text: string, language: string): ReviewTheme[] {
	const first = language.split('-')[0] ?? '';
	const words = WORDS[first];
	if (!words) return [];
	const spaced = first !== 'zh';
	const hay = spaced ? ` ${plain(text).replaceAll(/[^\p{L}\p{N}']+/gu, ' ')}` : text;
	return REVIEW_THEMES.filter((theme) => words[theme].some((word) => hay.includes(spaced ? ` ${word}` : word)));
}
