import { hash, Random } from './random.ts';
import type { StoreSeed } from './stores.ts';

export interface Buyer {
	/** Unique within the store; the same buyer comes back. */
	number: number;
	name: string;
	first: string;
	last: string;
	phone: string;
	/** National id where the platform asks for one (Brazil), else empty. */
	taxId: string;
}

export interface Address {
	line1: string;
	line2: string;
	city: string;
	district: string;
	state: string;
	postalCode: string;
	country: string;
	countryName: string;
}

type Region = {
	names: readonly string[];
	surnames: readonly string[];
	streets: readonly string[];
	places: readonly (readonly [string, string, string])[];
	dial: string;
	countryName: string;
};

const english = {
	names: ['Emma', 'Liam', 'Olivia', 'Noah', 'Ava', 'James', 'Sophia', 'Lucas', 'Mia', 'Ethan', 'Zoë', 'Siobhán'],
	surnames: ['Smith', 'Johnson', "O'Connor", 'Nguyen', 'Brown', 'García', 'Taylor', 'Patel', 'Wilson', 'Kowalski'],
};
const spanish = {
	names: ['María', 'José', 'Guadalupe', 'Juan', 'Ximena', 'Luis', 'Sofía', 'Andrés', 'Camila', 'Íñigo'],
	surnames: ['Hernández', 'García López', 'Martínez', 'Núñez', 'Rodríguez Peña', 'Gómez', 'Muñoz', 'Vargas'],
};
const regions: Record<string, Region> = {
	US: {
		...english,
		streets: ['Maple Ave', 'Oak St', 'W 42nd St', 'Sunset Blvd', 'County Road 12'],
		places: [
			['Los Angeles', 'CA', '90012'],
			['Austin', 'TX', '78701'],
			['Brooklyn', 'NY', '11201'],
			['Miami', 'FL', '33130'],
			['Seattle', 'WA', '98101'],
		],
		dial: '+1 ',
		countryName: 'United States',
	},
	CA: {
		...english,
		streets: ['Queen St W', 'Rue Sainte-Catherine', 'Granville St'],
		places: [
			['Toronto', 'ON', 'M5V 2T6'],
			['Montréal', 'QC', 'H3B 1A7'],
			['Vancouver', 'BC', 'V6B 1A1'],
		],
		dial: '+1 ',
		countryName: 'Canada',
	},
	GB: {
		...english,
		streets: ['High Street', 'Station Road', 'Church Lane'],
		places: [
			['Manchester', 'Greater Manchester', 'M1 2WD'],
			['London', 'Greater London', 'SW1A 2AA'],
			['Glasgow', 'Glasgow City', 'G1 3SL'],
		],
		dial: '+44 ',
		countryName: 'United Kingdom',
	},
	DE: {
		names: ['Anna', 'Jürgen', 'Lena', 'Björn', 'Sophie', 'Max', 'Käthe'],
		surnames: ['Müller', 'Schmidt', 'Weiß', 'Schröder', 'von der Leine', 'Yılmaz'],
		streets: ['Hauptstraße', 'Goethestraße', 'Am Alten Markt'],
		places: [
			['Berlin', 'Berlin', '10115'],
			['München', 'Bayern', '80331'],
			['Köln', 'Nordrhein-Westfalen', '50667'],
		],
		dial: '+49 ',
		countryName: 'Germany',
	},
	JP: {
		names: ['陽葵', '蓮', '結衣', '大翔', '美咲', '翔太'],
		surnames: ['佐藤', '鈴木', '高橋', '田中', '渡邉', '髙木'],
		streets: ['渋谷', '中央', '本町'],
		places: [
			['渋谷区', '東京都', '150-0002'],
			['大阪市北区', '大阪府', '530-0001'],
			['札幌市中央区', '北海道', '060-0001'],
		],
		dial: '+81 ',
		countryName: 'Japan',
	},
	MX: {
		...spanish,
		streets: ['Av. Insurgentes Sur', 'Calle 5 de Mayo', 'Av. Juárez'],
		places: [
			['Ciudad de México', 'Ciudad de México', '06600'],
			['Guadalajara', 'Jalisco', '44100'],
			['Monterrey', 'Nuevo León', '64000'],
		],
		dial: '+52 ',
		countryName: 'Mexico',
	},
	CL: {
		...spanish,
		streets: ['Av. Providencia', 'Calle Ñuble'],
		places: [
			['Santiago', 'RM (Metropolitana)', '7500000'],
			['Viña del Mar', 'Valparaíso', '2520000'],
		],
		dial: '+56 ',
		countryName: 'Chile',
	},
	CO: {
		...spanish,
		streets: ['Carrera 7', 'Calle 85'],
		places: [
			['Bogotá', 'Bogotá D.C.', '110111'],
			['Medellín', 'Antioquia', '050001'],
		],
		dial: '+57 ',
		countryName: 'Colombia',
	},
	AR: {
		...spanish,
		streets: ['Av. Corrientes', 'Calle Florida', 'Av. Rivadavia'],
		places: [
			['Buenos Aires', 'Capital Federal', 'C1043'],
			['Córdoba', 'Córdoba', 'X5000'],
		],
		dial: '+54 ',
		countryName: 'Argentina',
	},
	BR: {
		names: ['João', 'Ana', 'Antônio', 'Letícia', 'Caio', 'Mônica'],
		surnames: ['Silva', 'Souza', 'Conceição', 'Araújo', 'Gonçalves dos Santos'],
		streets: ['Rua Augusta', 'Avenida Paulista', 'Rua São Bento'],
		places: [
			['São Paulo', 'SP', '01310-100'],
			['Rio de Janeiro', 'RJ', '20040-020'],
			['Belo Horizonte', 'MG', '30130-010'],
		],
		dial: '+55 ',
		countryName: 'Brazil',
	},
	TH: {
		names: ['สมชาย', 'กนกวรรณ', 'ณัฐพล', 'พิมพ์ชนก'],
		surnames: ['ใจดี', 'ศรีสุข', 'วงศ์สวัสดิ์'],
		streets: ['ถนนสุขุมวิท', 'ถนนพระราม 4'],
		places: [
			['วัฒนา', 'กรุงเทพมหานคร', '10110'],
			['เมืองเชียงใหม่', 'เชียงใหม่', '50000'],
		],
		dial: '+66 ',
		countryName: 'Thailand',
	},
};

/** Names that break screens, files and databases, met now and then in every country. */
const odd: readonly (readonly [string, string])[] = [
	['محمد عبد الرحمن', 'القحطاني'],
	['נועה', 'בן־דוד'],
	['✨Luna🌙', '💅🏽 Shop_queen'],
	[
		'Pablo Diego José Francisco de Paula Juan Nepomuceno María de los Remedios Cipriano de la Santísima Trinidad',
		'Ruiz y Picasso de la Fuente Montenegro y Álvarez de Toledo Pérez de Guzmán',
	],
	['=HYPERLINK("x")', '<b>Bobby</b>'],
	['欧阳', '娜娜（收）'],
	['👨‍👩‍👧‍👦', 'Familie'],
	['Nul', 'Null'],
];

/** The buyer with the number in the store's country: the same number is always the same person. */
export function buyerOf(seed: number, store: StoreSeed, number: number): Buyer {
	const random = new Random(hash(seed, store.number, number, 21));
	const region = regionOf(store);
	const strange = random.chance(0.02);
	const [first, last] = strange ? random.pick(odd) : [random.pick(region.names), random.pick(region.surnames)];
	return {
		number,
		first,
		last,
		name: store.country === 'JP' && !strange ? `${last} ${first}` : `${first} ${last}`,
		phone: region.dial + random.digits(9),
		taxId: store.country === 'BR' ? random.digits(11) : '',
	};
}

/** Where the order goes. */
export function addressOf(seed: number, store: StoreSeed, number: number): Address {
	const random = new Random(hash(seed, store.number, number, 22));
	const region = regionOf(store);
	const [city, state, postalCode] = random.pick(region.places);
	const house = random.integer(1, 4200);
	const street = random.pick(region.streets);
	return {
		line1: store.country === 'US' || store.country === 'CA' || store.country === 'GB' ? `${house} ${street}` : `${street} ${house}`,
		line2: random.chance(0.3) ? `Apt ${random.integer(1, 60)}` : '',
		city,
		district: city,
		state,
		postalCode,
		country: store.country,
		countryName: region.countryName,
	};
}

function regionOf(store: StoreSeed): Region {
	const region = regions[store.country];
	if (region === undefined) throw new RangeError(`No names for country ${store.country}`);
	return region;
}
