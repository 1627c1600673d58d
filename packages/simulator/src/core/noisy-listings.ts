import { Random } from './random.ts';

/** A listing as a store shows it, with the SKU that it really is. */
export interface LabelledListing {
	/** Truth: product and variant. */
	label: string;
	storeId: string;
	externalListingId: string;
	sellerSku: string | null;
	gtins: string[];
	title: string;
	variant: string | null;
	language: string;
	originKey: string | null;
}

type Language = 'en' | 'es' | 'pt' | 'de' | 'ja';
type Words = Readonly<Record<Language, string>>;
const words = (en: string, es: string, pt: string, de: string, ja: string): Words => ({ en, es, pt, de, ja });

const NOUNS: readonly Words[] = [
	words('Desk Lamp', 'Lámpara de escritorio', 'Luminária de mesa', 'Schreibtischlampe', 'デスクライト'),
	words('Water Bottle', 'Botella de agua', 'Garrafa de água', 'Trinkflasche', 'ウォーターボトル'),
	words('Yoga Mat', 'Tapete de yoga', 'Tapete de ioga', 'Yogamatte', 'ヨガマット'),
	words('Phone Stand', 'Soporte para celular', 'Suporte para celular', 'Handyhalter', 'スマホスタンド'),
	words('Travel Pillow', 'Almohada de viaje', 'Travesseiro de viagem', 'Reisekissen', 'トラベルピロー'),
	words('Kitchen Scale', 'Báscula de cocina', 'Balança de cozinha', 'Küchenwaage', 'キッチンスケール'),
	words('Cat Fountain', 'Fuente para gatos', 'Fonte para gatos', 'Katzenbrunnen', '猫用給水器'),
	words('Dog Leash', 'Correa para perro', 'Guia para cachorro', 'Hundeleine', '犬用リード'),
	words('Makeup Brush', 'Brocha de maquillaje', 'Pincel de maquiagem', 'Schminkpinsel', 'メイクブラシ'),
	words('Hair Clip', 'Pinza de pelo', 'Presilha de cabelo', 'Haarspange', 'ヘアクリップ'),
	words('Massage Gun', 'Pistola de masaje', 'Pistola de massagem', 'Massagepistole', '筋膜ガン'),
	words('Storage Box', 'Caja organizadora', 'Caixa organizadora', 'Aufbewahrungsbox', '収納ボックス'),
	words('Garden Hose', 'Manguera de jardín', 'Mangueira de jardim', 'Gartenschlauch', '散水ホース'),
	words('Camping Chair', 'Silla de camping', 'Cadeira de camping', 'Campingstuhl', 'キャンプチェア'),
	words('Bike Light', 'Luz para bicicleta', 'Farol de bicicleta', 'Fahrradlicht', '自転車ライト'),
	words('Knife Sharpener', 'Afilador de cuchillos', 'Amolador de facas', 'Messerschärfer', '包丁研ぎ器'),
	words('Shower Head', 'Regadera', 'Chuveiro', 'Duschkopf', 'シャワーヘッド'),
	words('Window Curtain', 'Cortina', 'Cortina de janela', 'Vorhang', 'カーテン'),
	words('Wireless Mouse', 'Ratón inalámbrico', 'Mouse sem fio', 'Funkmaus', 'ワイヤレスマウス'),
	words('Backpack', 'Mochila', 'Mochila escolar', 'Rucksack', 'リュックサック'),
	words('Sunglasses', 'Lentes de sol', 'Óculos de sol', 'Sonnenbrille', 'サングラス'),
	words('Coffee Grinder', 'Molino de café', 'Moedor de grãos', 'Kaffeemühle', 'コーヒーミル'),
	words('Rain Jacket', 'Chamarra impermeable', 'Jaqueta impermeável', 'Regenjacke', 'レインジャケット'),
	words('Baby Blanket', 'Cobija para bebé', 'Manta de bebê', 'Babydecke', 'ベビーブランケット'),
];
const QUALITIES: readonly Words[] = [
	words('Foldable', 'plegable', 'dobrável', 'faltbar', '折りたたみ'),
	words('Rechargeable', 'recargable', 'recarregável', 'wiederaufladbar', '充電式'),
	words('Waterproof', 'resistente al agua', 'à prova d’água', 'wasserdicht', '防水'),
	words('Lightweight', 'ligero', 'leve', 'leicht', '軽量'),
	words('Silent', 'silencioso', 'silencioso', 'leise', '静音'),
	words('Magnetic', 'magnético', 'magnético', 'magnetisch', 'マグネット'),
	words('Adjustable', 'ajustable', 'ajustável', 'verstellbar', '調整可能'),
	words('Portable', 'portátil', 'portátil', 'tragbar', '携帯用'),
];
const BRANDS = ['Yunfan', 'Lumora', 'Kestrel', 'Nordhaus', 'Velio', 'Tamaki', 'Brisa', 'Orkan'];
const HYPE: readonly Words[] = [
	words('2026 New', 'Nuevo 2026', 'Novo 2026', 'Neu 2026', '2026新型'),
	words('Hot Sale', 'Oferta', 'Promoção', 'Angebot', '人気'),
	words('Best Gift for Family', 'Regalo ideal', 'Presente ideal', 'Ideales Geschenk', 'ギフトに最適'),
	words('Free Shipping', 'Envío gratis', 'Frete grátis', 'Versandkostenfrei', '送料無料'),
];
const COLOURS: readonly (readonly [string, Words])[] = [
	['BK', words('Black', 'Negro', 'Preto', 'Schwarz', 'ブラック')],
	['WH', words('White', 'Blanco', 'Branco', 'Weiß', 'ホワイト')],
	['BL', words('Blue', 'Azul', 'Azul', 'Blau', 'ブルー')],
	['GN', words('Green', 'Verde', 'Verde', 'Grün', 'グリーン')],
	['PK', words('Pink', 'Rosa', 'Rosa', 'Rosa', 'ピンク')],
	['RD', words('Red', 'Rojo', 'Vermelho', 'Rot', 'レッド')],
];
const same = (text: string): Words => words(text, text, text, text, text);
const SIZES: readonly (readonly [string, Words])[] = ['S', 'M', 'L', 'XL'].map((size) => [size, same(size)]);
const VOLUMES: readonly (readonly [string, Words])[] = ['350', '500', '750', '1000'].map((ml) => [ml, same(`${ml} ml`)]);
const PACKS: readonly (readonly [string, Words])[] = [
	['1P', words('1 piece', '1 pieza', '1 peça', '1 Stück', '1個')],
	['2P', words('Pack of 2', 'Paquete de 2', 'Kit com 2', '2er-Set', '2個セット')],
	['4P', words('4 pcs', '4 piezas', '4 unidades', '4 Stück', '4個セット')],
];
const AXES = [COLOURS, SIZES, VOLUMES, PACKS];

const STORES: readonly { id: string; language: Language; marks: readonly string[]; replicates: boolean; groups: boolean }[] = [
	{ id: 'tiktok-us', language: 'en', marks: ['', 'TT-US-', 'TTS_'], replicates: true, groups: true },
	{ id: 'tiktok-uk', language: 'en', marks: ['', 'UK-', 'TT-'], replicates: true, groups: true },
	{ id: 'tiktok-mx', language: 'es', marks: ['', 'MX_'], replicates: true, groups: true },
	{ id: 'amazon-us', language: 'en', marks: ['', 'FBA-', 'AMZ-US-'], replicates: false, groups: false },
	{ id: 'amazon-de', language: 'de', marks: ['', 'DE-', 'YF-'], replicates: false, groups: false },
	{ id: 'amazon-jp', language: 'ja', marks: ['', 'JP-'], replicates: false, groups: false },
	{ id: 'meli-br', language: 'pt', marks: ['', 'ML-BR-', 'MELI_'], replicates: false, groups: true },
	{ id: 'temu-us', language: 'en', marks: ['', 'TEMU-'], replicates: false, groups: true },
];

interface Product {
	number: number;
	noun: Words;
	quality: Words;
	brand: string;
	model: string | null;
	code: string;
	variants: readonly (readonly [string, Words])[];
}

/**
 * Listings of one seller's products over eight stores as sellers really keep them: titles of each store's language or never translated,
 * codes with marks, other separators, missing or made up, trade item numbers missing, wrong, or copied from a sister variant. A pure function of its
 * arguments; the order is the one in which stores would be read.
 */
export function noisyListings(seed: number, count: number): LabelledListing[] {
	const random = new Random(seed);
	const chance = (share: number): boolean => random.unit() < share;
	const pick = <T>(from: readonly [T, ...T[]] | readonly T[]): T => {
		const found = from[Math.floor(random.unit() * from.length)];
		if (found === undefined) throw new RangeError('Nothing to choose from');
		return found;
	};
	const made: LabelledListing[] = [];
	for (let number = 0; made.length < count; number++) {
		const product = productOf(number, pick, chance);
		for (const [storeNumber, store] of STORES.entries()) {
			if (!chance(0.65)) continue;
			const untranslated = chance(0.15);
			const language = untranslated ? 'en' : store.language;
			const title = titleOf(product, language, pick, chance);
			const replicated = store.replicates && chance(0.4);
			for (const [place, variant] of product.variants.entries()) {
				if (chance(0.1)) continue;
				const [suffix, label] = variant;
				const sister = product.variants[(place + 1) % product.variants.length] ?? variant;
				const named = label[language];
				const inTitle = !store.groups && chance(0.6);
				const isPack = suffix === '2P' || suffix === '4P';
				made.push({
					label: `${product.number}-${suffix}`,
					storeId: store.id,
					externalListingId: store.groups ? `${storeNumber}-${number}` : `${storeNumber}-${number}-${suffix}`,
					sellerSku: codeOf(product, suffix, sister[0], store.marks, random, pick, chance),
					gtins: gtinsOf(product.number, place, product.variants.length, pick, chance),
					title: inTitle ? `${title}, ${named}` : title,
					variant: inTitle ? (chance(0.5) ? named : null) : chance(isPack ? 0.03 : 0.06) ? null : named,
					language: store.language,
					originKey: replicated ? `r${number}` : null,
				});
			}
		}
	}
	// Store by store, as they are bound and read.
	const order = new Map(STORES.map(({ id }, place) => [id, place]));
	return made.slice(0, count).sort((a, b) => (order.get(a.storeId) ?? 0) - (order.get(b.storeId) ?? 0));
}

type Pick = <T>(from: readonly T[]) => T;
type Chance = (share: number) => boolean;

function productOf(number: number, pick: Pick, chance: Chance): Product {
	const [noun, quality, brand] = [pick(NOUNS), pick(QUALITIES), pick(BRANDS)];
	const model = chance(0.4) ? `${brand.slice(0, 2).toUpperCase()}${100 + ((number * 37) % 9900)}` : null;
	const letters = (text: string): string => text.replace(/[^A-Za-z]/g, '').toUpperCase();
	const code = `${letters(noun.en).slice(0, 3)}-${letters(quality.en).slice(0, 4)}${number}`;
	return { number, noun, quality, brand, model, code, variants: pick(AXES).slice(0, chance(0.5) ? 3 : 2) };
}

function titleOf({ noun, quality, brand, model }: Product, language: Language, pick: Pick, chance: Chance): string {
	const core = [noun[language], quality[language]];
	if (chance(0.3)) core.reverse();
	const parts = [chance(0.75) ? brand : '', model !== null && chance(0.85) ? model : '', ...core];
	if (chance(0.35)) parts.push(pick(HYPE)[language]);
	if (chance(0.15)) parts.unshift(pick(HYPE)[language]);
	return parts.filter((part) => part !== '').join(' ');
}

function codeOf(
	{ code, number }: Product,
	suffix: string,
	sister: string,
	marks: readonly string[],
	random: Random,
	pick: Pick,
	chance: Chance,
): string | null {
	if (chance(0.07)) return null;
	// A code that the store's own software made up.
	if (chance(0.06)) return `${pick(['X', 'K', 'ZQ'])}${Math.floor(random.unit() * 1e8)}`;
	// Copied from the variant beside it and never corrected.
	let text = `${code}-${chance(0.015) ? sister : suffix}`;
	if (chance(0.15)) text = text.replaceAll('-', pick(['', '_', ' ', '/']));
	if (chance(0.15)) text = text.toLowerCase();
	// A clerk's slip.
	if (chance(0.01)) text = text.replace(String(number), String(number + 1));
	return `${pick(marks)}${text}`;
}

function gtinsOf(product: number, place: number, variants: number, pick: Pick, chance: Chance): string[] {
	if (chance(0.35)) return [];
	if (chance(0.04)) return ['Does not apply'];
	let of = place;
	if (chance(0.03)) of = (place + 1) % variants;
	let item = product * 8 + of;
	// Somebody else's, or one that the seller has used before.
	if (chance(0.02)) item = Math.max(0, item - 8 * Number(pick(['1', '3', '7'])));
	const ean = withCheckDigit(`69${String(item).padStart(10, '0')}`);
	if (chance(0.05)) return [`${ean.slice(0, -1)}${(Number(ean.at(-1)) + 3) % 10}`];
	return [chance(0.15) ? `0${ean}` : ean];
}

function withCheckDigit(twelve: string): string {
	let sum = 0;
	for (const [i, digit] of Array.from(twelve).entries()) sum += Number(digit) * (i % 2 === 0 ? 1 : 3);
	return `${twelve}${(10 - (sum % 10)) % 10}`;
}
