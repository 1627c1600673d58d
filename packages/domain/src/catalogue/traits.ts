/** What title and variant say that tells variants of a product apart. */
export interface Traits {
	/** Pieces sold together; null where nothing is said. */
	pack: number | null;
	colours: ReadonlySet<string>;
	/** Letters of clothing sizes. */
	sizes: ReadonlySet<string>;
	/** Measured values by unit, in the smallest unit: `ml`, `g`, `cm`, `w`, `mah`, `in`, `persons`. */
	measures: ReadonlyMap<string, ReadonlySet<number>>;
	/** Words of letters and digits, such as `x200`. */
	models: ReadonlySet<string>;
}

const NUMBER = String.raw`(\d+(?:[.,]\d+)?)`;
const PIECES =
	'(?:pieces?|pcs?|pc|piezas?|pzas?|pe[çc]as?|unidades?|unid|units?|uds?|st(?:ü|ue)ck|stk|teilig|packs?|paquetes?|er[- ]?(?:set|pack)|count|ct)';
const PACKS: readonly RegExp[] = [
	new RegExp(
		String.raw`\b(?:pack|set|lot|paquete|kit|conjunto|juego|combo|box)s?[ -]?(?:of|de|com|con|mit|x|von)?[ -]?(\d{1,3})(?![\d.,]*[a-z%°])`,
		'iu',
	),
	new RegExp(String.raw`(?<![\d.,])(\d{1,3})[ -]?${PIECES}(?!\p{L})`, 'iu'),
	/(?<![\p{L}\d])(?:x|×)\s?(\d{1,2})(?![\d\p{L}]|\s?[×x]|\s?(?:cm|mm|m|in)\b)/iu,
	/(?<![\d.,])(\d{1,3})\s?(?:個|枚|本|点|件|个|只|片|支|条|包|ชิ้น)\s?(?:セット|组|組|入り|装|入|套|$|(?=\s))/u,
];
const ONE_WORDS = /(?<!\p{L})(?:single|individual|einzeln|単品|单件)(?!\p{L})/iu;
const TWO_WORDS = /(?<!\p{L})(?:pair of|twin[ -]pack|par de|dupla|doppelpack)(?!\p{L})/iu;

/** By unit as written: our unit, and how many of it one is. */
const UNITS: Readonly<Record<string, readonly [string, number]>> = {
	ml: ['ml', 1],
	cl: ['ml', 10],
	l: ['ml', 1000],
	litros: ['ml', 1000],
	litre: ['ml', 1000],
	liter: ['ml', 1000],
	g: ['g', 1],
	kg: ['g', 1000],
	mm: ['cm', 0.1],
	cm: ['cm', 1],
	m: ['cm', 100],
	w: ['w', 1],
	mah: ['mah', 1],
	inch: ['in', 1],
	in: ['in', 1],
	persons: ['persons', 1],
	person: ['persons', 1],
	personas: ['persons', 1],
	pessoas: ['persons', 1],
	personen: ['persons', 1],
	人用: ['persons', 1],
	人: ['persons', 1],
};
const MEASURE = new RegExp(
	String.raw`(?<![\p{L}\d.,])${NUMBER}\s?(${Object.keys(UNITS)
		.sort((a, b) => b.length - a.length)
		.join('|')})(?!\p{L})`,
	'giu',
);

/** By colour its words in the languages of our sites; a word of one script stands between other letters of it only in scripts without spaces. */
const COLOURS: Readonly<Record<string, string>> = {
	black: 'black negro negra preto preta schwarz noir nero 黒 ブラック 黑色 黑 สีดำ',
	white: 'white blanco blanca branco branca weiß weiss blanc bianco 白 ホワイト 白色 สีขาว',
	grey: 'grey gray gris cinza grau grigio グレー 灰色 灰 สีเทา',
	red: 'red rojo roja vermelho vermelha rot rouge rosso 赤 レッド 红色 红 สีแดง',
	blue: 'blue azul blau bleu blu 青 ブルー 蓝色 蓝 สีฟ้า สีน้ำเงิน',
	green: 'green verde grün gruen vert 緑 グリーン 绿色 绿 สีเขียว',
	pink: 'pink rosa rosado ピンク 粉色 粉红 粉 สีชมพู',
	purple: 'purple morado morada roxo roxa lila violett violet 紫 パープル 紫色 สีม่วง',
	yellow: 'yellow amarillo amarilla amarelo amarela gelb jaune 黄 イエロー 黄色 สีเหลือง',
	orange: 'orange naranja laranja オレンジ 橙色 橙 สีส้ม',
	brown: 'brown marrón marron café marrom braun brun 茶 ブラウン 棕色 棕 สีน้ำตาล',
	beige: 'beige bege ベージュ 米色 สีเบจ',
	khaki: 'khaki caqui cáqui カーキ 卡其 สีกากี',
	silver: 'silver plateado plata prateado prata silber シルバー 银色 银 สีเงิน',
	gold: 'gold dorado dourado golden ゴールド 金色 สีทอง',
};
const COLOUR_OF = new Map(Object.entries(COLOURS).flatMap(([colour, words]) => words.split(' ').map((word) => [word, colour] as const)));
const SPACELESS = [...COLOUR_OF].filter(([word]) => !/^\p{Script=Latin}+$/u.test(word));
const SIZE = /(?<![\p{L}\d.'’&-])(xxs|xs|s|m|l|xl|xxl|2xl|3xl|xxxl)(?![\p{L}\d'’&-])/giu;
const SAME_SIZE: Readonly<Record<string, string>> = { '2xl': 'xxl', xxxl: '3xl' };

/** Reads what tells variants apart; of the variant's own text first, of the title where it is silent. Pure. */
export function readTraits(title: string, variant: string | null): Traits {
	const own = (variant ?? '').normalize('NFKC');
	const whole = title.normalize('NFKC');
	return {
		pack: packOf(own) ?? packOf(whole),
		colours: orOf(coloursOf(own), coloursOf(whole)),
		sizes: new Set([...own.matchAll(SIZE)].map(([, size = '']) => SAME_SIZE[size.toLowerCase()] ?? size.toLowerCase())),
		measures: measuresOf(own, whole),
		models: new Set([...modelsOf(whole), ...modelsOf(own)]),
	};
}

function orOf<T>(own: ReadonlySet<T>, whole: ReadonlySet<T>): ReadonlySet<T> {
	return own.size > 0 ? own : whole;
}

function packOf(text: string): number | null {
	for (const pattern of PACKS) {
		const count = Number(pattern.exec(text)?.[1] ?? Number.NaN);
		if (count >= 1) return count;
	}
	if (TWO_WORDS.test(text)) return 2;
	return ONE_WORDS.test(text) ? 1 : null;
}

function coloursOf(text: string): ReadonlySet<string> {
	const lower = text.toLowerCase();
	const found = new Set<string>();
	for (const word of lower.split(/[^\p{Script=Latin}]+/u)) {
		const colour = COLOUR_OF.get(word);
		if (colour !== undefined) found.add(colour);
	}
	if (/[^\p{Script=Latin}\p{Script=Common}]/u.test(lower))
		for (const [word, colour] of SPACELESS) if (lower.includes(word)) found.add(colour);
	return found;
}

function measuresOf(own: string, whole: string): ReadonlyMap<string, ReadonlySet<number>> {
	const read = (text: string): Map<string, Set<number>> => {
		const found = new Map<string, Set<number>>();
		for (const [, number = '', unit = ''] of text.matchAll(MEASURE)) {
			const [name, factor] = UNITS[unit.toLowerCase()] ?? [unit, 1];
			const value = Math.round(Number(number.replace(',', '.')) * factor * 100) / 100;
			found.set(name, (found.get(name) ?? new Set()).add(value));
		}
		return found;
	};
	return new Map([...read(whole), ...read(own)]);
}

function modelsOf(text: string): string[] {
	return [...text.toLowerCase().matchAll(/(?<![\p{L}\d])(?=[a-z0-9]*[a-z])(?=[a-z0-9]*\d)([a-z]{1,4}\d{2,5}[a-z]?)(?![\p{L}\d])/gu)]
		.map(([, model = '']) => model)
		.filter((model) => !/^(x\d{1,2}|usb\d|ip\d+|en\d+)$/.test(model));
}
