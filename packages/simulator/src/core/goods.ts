import type { StoreSeed } from './stores.ts';

type Language = StoreSeed['language'];

/** A product of the demo seller: titles per language, price in US cents, weight in grams, variants as [code, label]. */
export interface Good {
	code: string;
	category: 'home' | 'beauty' | 'electronics' | 'kitchen' | 'outdoor' | 'pets' | 'fashion' | 'toys';
	cents: number;
	grams: number;
	variants: readonly (readonly [string, string])[];
	zh: string;
	titles: Partial<Record<Language, string>> & { en: string };
}

/** Typical cross-border goods. Order matters: earlier goods sell more. */
export const goods: readonly Good[] = [
	{
		code: 'LMP-SUNSET',
		category: 'home',
		cents: 1999,
		grams: 480,
		variants: [
			['WH', 'White'],
			['BK', 'Black'],
		],
		zh: '日落投影灯 氛围灯',
		titles: {
			en: 'Sunset Projection Lamp, 180° Rotation',
			es: 'Lámpara de proyección atardecer, giro de 180°',
			pt: 'Luminária projetora pôr do sol, rotação 180°',
			de: 'Sonnenuntergang-Projektionslampe, 180° drehbar',
			ja: 'サンセットランプ 180°回転 投影ライト',
		},
	},
	{
		code: 'FAN-NECK',
		category: 'electronics',
		cents: 1499,
		grams: 260,
		variants: [
			['PK', 'Pink'],
			['BL', 'Blue'],
			['WH', 'White'],
		],
		zh: '挂脖风扇 无叶静音',
		titles: {
			en: 'Bladeless Neck Fan, Rechargeable',
			es: 'Ventilador de cuello sin aspas, recargable',
			pt: 'Ventilador de pescoço sem hélice, recarregável',
			de: 'Nackenventilator ohne Flügel, wiederaufladbar',
			ja: '首掛け扇風機 羽根なし 充電式',
			th: 'พัดลมคล้องคอ ไร้ใบพัด ชาร์จไฟได้',
		},
	},
	{
		code: 'ORG-DRAWER',
		category: 'home',
		cents: 1199,
		grams: 700,
		variants: [
			['6P', '6 pieces'],
			['12P', '12 pieces'],
		],
		zh: '抽屉收纳盒',
		titles: {
			en: 'Drawer Organizer Boxes',
			es: 'Organizadores para cajones',
			pt: 'Organizadores de gaveta',
			de: 'Schubladen-Organizer',
			ja: '引き出し収納ボックス',
		},
	},
	{
		code: 'BRU-MAKEUP',
		category: 'beauty',
		cents: 1699,
		grams: 210,
		variants: [['14', '14 brushes']],
		zh: '化妆刷套装',
		titles: {
			en: 'Makeup Brush Set with Case',
			es: 'Set de brochas de maquillaje con estuche',
			pt: 'Kit de pincéis de maquiagem com estojo',
			de: 'Make-up-Pinsel-Set mit Etui',
			ja: 'メイクブラシセット ケース付き',
			th: 'ชุดแปรงแต่งหน้า พร้อมกระเป๋า',
		},
	},
	{
		code: 'BOT-GLASS',
		category: 'kitchen',
		cents: 1399,
		grams: 520,
		variants: [
			['550', '550 ml'],
			['750', '750 ml'],
		],
		zh: '高硼硅玻璃水杯',
		titles: {
			en: 'Borosilicate Glass Bottle',
			es: 'Botella de vidrio borosilicato',
			pt: 'Garrafa de vidro borossilicato',
			de: 'Borosilikat-Glasflasche',
			ja: '耐熱ガラスボトル',
		},
	},
	{
		code: 'PET-FOUNT',
		category: 'pets',
		cents: 2599,
		grams: 900,
		variants: [
			['2L', '2 L'],
			['3L', '3 L'],
		],
		zh: '宠物饮水机 静音循环',
		titles: {
			en: 'Quiet Cat Water Fountain',
			es: 'Fuente de agua silenciosa para gatos',
			pt: 'Fonte de água silenciosa para gatos',
			de: 'Leiser Katzen-Trinkbrunnen',
			ja: '猫用自動給水器 静音',
		},
	},
	{
		code: 'MAT-YOGA',
		category: 'outdoor',
		cents: 2299,
		grams: 1300,
		variants: [
			['GR', 'Green'],
			['PU', 'Purple'],
		],
		zh: '加厚瑜伽垫',
		titles: {
			en: 'Thick TPE Yoga Mat',
			es: 'Tapete de yoga TPE grueso',
			pt: 'Tapete de yoga TPE grosso',
			de: 'Dicke TPE-Yogamatte',
			ja: 'ヨガマット 厚手 TPE',
		},
	},
	{
		code: 'CAB-100W',
		category: 'electronics',
		cents: 899,
		grams: 80,
		variants: [
			['1M', '1 m'],
			['2M', '2 m'],
		],
		zh: '100W 快充数据线',
		titles: {
			en: '100 W USB-C Fast Charging Cable',
			es: 'Cable USB-C de carga rápida 100 W',
			pt: 'Cabo USB-C carga rápida 100 W',
			de: 'USB-C-Schnellladekabel 100 W',
			ja: 'USB-C 急速充電ケーブル 100W',
			th: 'สายชาร์จเร็ว USB-C 100W',
		},
	},
	{
		code: 'KNF-SHARP',
		category: 'kitchen',
		cents: 1099,
		grams: 300,
		variants: [['BK', 'Black']],
		zh: '多功能磨刀器',
		titles: {
			en: 'Four-Stage Knife Sharpener',
			es: 'Afilador de cuchillos de 4 etapas',
			pt: 'Amolador de facas 4 estágios',
			de: '4-Stufen-Messerschärfer',
			ja: '包丁研ぎ器 4段階',
		},
	},
	{
		code: 'BAG-SLING',
		category: 'fashion',
		cents: 1899,
		grams: 340,
		variants: [
			['BK', 'Black'],
			['KH', 'Khaki'],
		],
		zh: '单肩斜挎胸包',
		titles: {
			en: 'Crossbody Sling Bag',
			es: 'Mochila cruzada tipo sling',
			pt: 'Bolsa transversal sling',
			de: 'Crossbody-Tasche',
			ja: 'ボディバッグ 斜めがけ',
		},
	},
	{
		code: 'LED-STRIP',
		category: 'home',
		cents: 1599,
		grams: 250,
		variants: [
			['5M', '5 m'],
			['10M', '10 m'],
		],
		zh: 'RGB 灯带 智能',
		titles: {
			en: 'Smart RGB LED Strip',
			es: 'Tira LED RGB inteligente',
			pt: 'Fita LED RGB inteligente',
			de: 'Smarter RGB-LED-Streifen',
			ja: 'スマートLEDテープ RGB',
		},
	},
	{
		code: 'MAS-GUN',
		category: 'electronics',
		cents: 3999,
		grams: 850,
		variants: [['GY', 'Grey']],
		zh: '筋膜枪 便携',
		titles: {
			en: 'Portable Massage Gun',
			es: 'Pistola de masaje portátil',
			pt: 'Pistola de massagem portátil',
			de: 'Tragbare Massagepistole',
			ja: '筋膜ガン 小型',
		},
	},
	{
		code: 'TOY-BLOCK',
		category: 'toys',
		cents: 2199,
		grams: 760,
		variants: [['100', '100 pieces']],
		zh: '磁力片积木',
		titles: {
			en: 'Magnetic Tiles Building Set',
			es: 'Bloques magnéticos de construcción',
			pt: 'Blocos magnéticos de montar',
			de: 'Magnetische Bausteine',
			ja: 'マグネットブロック おもちゃ',
		},
	},
	{
		code: 'HAI-STRAIGHT',
		category: 'beauty',
		cents: 2799,
		grams: 410,
		variants: [
			['PK', 'Pink'],
			['WH', 'White'],
		],
		zh: '无线直发梳',
		titles: {
			en: 'Cordless Hair Straightener Brush',
			es: 'Cepillo alisador inalámbrico',
			pt: 'Escova alisadora sem fio',
			de: 'Kabellose Glättbürste',
			ja: 'コードレス ヘアアイロン ブラシ',
		},
	},
	{
		code: 'TEN-POPUP',
		category: 'outdoor',
		cents: 4599,
		grams: 2400,
		variants: [
			['2P', '2 persons'],
			['4P', '4 persons'],
		],
		zh: '速开帐篷',
		titles: { en: 'Instant Pop-Up Tent', es: 'Carpa instantánea', pt: 'Barraca automática', de: 'Wurfzelt', ja: 'ワンタッチテント' },
	},
	{
		code: 'SCA-KITCH',
		category: 'kitchen',
		cents: 999,
		grams: 420,
		variants: [
			['BK', 'Black'],
			['WH', 'White'],
		],
		zh: '电子厨房秤',
		titles: {
			en: 'Digital Kitchen Scale 5 kg',
			es: 'Báscula de cocina digital 5 kg',
			pt: 'Balança digital de cozinha 5 kg',
			de: 'Digitale Küchenwaage 5 kg',
			ja: 'デジタルキッチンスケール 5kg',
		},
	},
	{
		code: 'CUR-BLACK',
		category: 'home',
		cents: 2899,
		grams: 1500,
		variants: [
			['GY', 'Grey / 132×160 cm'],
			['BG', 'Beige / 132×213 cm'],
		],
		zh: '遮光窗帘 两片',
		titles: {
			en: 'Blackout Curtains, Pair',
			es: 'Cortinas opacas, par',
			pt: 'Cortinas blackout, par',
			de: 'Verdunkelungsvorhänge, 2er-Set',
			ja: '遮光カーテン 2枚組',
		},
	},
	{
		code: 'EAR-OPEN',
		category: 'electronics',
		cents: 3299,
		grams: 120,
		variants: [
			['BK', 'Black'],
			['WH', 'White'],
		],
		zh: '开放式蓝牙耳机',
		titles: {
			en: 'Open-Ear Bluetooth Headphones',
			es: 'Audífonos Bluetooth abiertos',
			pt: 'Fones Bluetooth abertos',
			de: 'Open-Ear-Bluetooth-Kopfhörer',
			ja: 'オープンイヤー Bluetoothイヤホン',
			th: 'หูฟังบลูทูธ แบบเปิดหู',
		},
	},
];
