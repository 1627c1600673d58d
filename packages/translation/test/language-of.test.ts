import { beforeAll, describe, expect, test } from 'vitest';
import { type LanguageTeller, languageTeller } from '../src/index.ts';

let teller: LanguageTeller;
beforeAll(async () => {
	teller = await languageTeller();
}, 120_000);

describe('the language of a message', () => {
	test.each([
		['Where is my parcel?', 'en'],
		['The zipper is broken, I want a refund', 'en'],
		['¿Cuándo llega mi pedido?', 'es'],
		['No me ha llegado el paquete', 'es'],
		['Quiero un reembolso', 'es'],
		['Cadê minha encomenda?', 'pt'],
		['não chegou', 'pt'],
		['Preciso da nota fiscal', 'pt'],
		['我的包裹在哪里', 'zh'],
		['可以退货吗', 'zh'],
		['谢谢', 'zh'],
		['はい、ありがとうございます', 'ja'],
		['Wo ist mein Paket?', 'de'],
		['Où est mon colis ?', 'fr'],
		['Где моя посылка?', 'ru'],
	])('“%s” is %s, wherever the buyer lives', (text, language) => {
		for (const likely of ['en', 'es-MX', 'pt-BR', 'zh-CN']) expect([likely, teller.of(text, likely)]).toEqual([likely, language]);
	});

	test.each(['ok', 'k', '👍', '12345', '576123456789019988', 'https://a.example/where-is-my-parcel', '??', '', 'hi', 'ABC-123 XL-9'])(
		'of “%s” is not told',
		(text) => {
			for (const likely of ['en', 'es-MX', 'pt-BR']) expect(teller.of(text, likely)).toBeNull();
		},
	);

	test('is decided by where the buyer lives where the text alone does not tell, and only between languages that are as near', () => {
		expect(teller.of('gracias', 'es-AR')).toBe('es');
		expect(teller.of('gracias', 'pt-BR')).toBeNull();
		expect(teller.of('talla equivocada', 'es-MX')).toBe('es');
		expect(teller.of('Wo ist mein Paket?', 'es-MX')).toBe('de');
	});
});
