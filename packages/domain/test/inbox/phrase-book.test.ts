import { describe, expect, test } from 'vitest';
import { type Phrase, PHRASES, phrasesIn } from '../../src/index.ts';

/** How buyers put it in English, Spanish, Portuguese and Chinese. */
const SAID: Record<Phrase, [string, string, string, string]> = {
	whereIsParcel: ["Where's my order?", '¿Dónde está mi pedido?', 'Cadê minha encomenda?', '包裹到哪里了？'],
	notArrived: ["It hasn't arrived", 'Todavía no me ha llegado', 'Ainda não chegou', '我还没有收到'],
	deliveryTime: ['When will it arrive?', '¿Cuándo me llega?', 'Quando vai chegar?', '什么时候发货？'],
	refund: ['I want a refund', 'Quiero un reembolso', 'Quero reembolso', '我要退款'],
	giveBack: ['I want to return it', 'Quiero devolverlo', 'Quero fazer a devolução', '怎么退货'],
	exchange: ['Can I get a replacement?', '¿Lo puedo cambiar?', 'Posso fazer a troca?', '可以换货吗'],
	wrongSize: ['It is too small', 'Me quedó muy chica', 'Ficou muito apertado', '尺码不对'],
	wrongItem: ['You sent the wrong item', 'Me llegó un producto equivocado', 'Veio o produto errado', '你们发错了'],
	missingPart: ['A part is missing', 'Faltan piezas', 'Está faltando uma peça', '少了一件'],
	broken: ['It came broken', 'Llegó roto', 'Chegou quebrado', '收到就坏了'],
	notWorking: ["It doesn't work", 'No funciona', 'Não liga', '根本用不了'],
	invoice: ['I need an invoice', 'Necesito factura', 'Preciso da nota fiscal', '可以开发票吗'],
	cancel: ['Please cancel my order', 'Quiero cancelar', 'Quero cancelar', '我想取消'],
	address: ['I gave the wrong address', 'Necesito cambiar la dirección', 'Quero alterar o endereço', '我要改地址'],
	price: ['Any discount?', '¿Hay descuento?', 'Tem desconto?', '可以便宜点吗'],
	inStock: ['Is it in stock?', '¿Está disponible?', 'Tem em estoque?', '有现货吗'],
	warranty: ['Is there a warranty?', '¿Tiene garantía?', 'Tem garantia?', '保修多久'],
	howToUse: ['How do I use it?', '¿Cómo se usa?', 'Como usar?', '怎么用'],
	complaint: ['This is a scam', 'Es una estafa', 'Isso é golpe', '我要投诉'],
	thanks: ['Thank you', 'Muchas gracias', 'Muito obrigada', '谢谢'],
	greeting: ['Good morning', 'Buenos días', 'Bom dia', '您好'],
};

describe('the phrase book', () => {
	test.each(PHRASES.flatMap((phrase) => SAID[phrase].map((text) => [phrase, text] as const)))('finds %s in “%s”', (phrase, text) => {
		const found = phrasesIn(text);
		expect(found.map((one) => one.phrase)).toContain(phrase);
		for (const { start, end } of found) expect(text.slice(start, end).trim()).not.toBe('');
	});

	test.each([
		'The blue one, size of a hand',
		'Quería saber si el material es algodón',
		'A cor é igual à da foto?',
		'这个是纯棉的吗',
		'ok',
		'Chico is my dog',
		'The trailer of the movie',
		'',
	])('finds nothing in “%s”', (text) => {
		expect(phrasesIn(text)).toEqual([]);
	});

	test('tells subjects in the order in which they were named, each once', () => {
		const said = 'Hola, mi pedido llegó roto, quiero un reembolso. ¡Reembolso ya! Gracias';
		expect(phrasesIn(said).map(({ phrase, start, end }) => [phrase, said.slice(start, end)])).toEqual([
			['greeting', 'Hola'],
			['broken', 'llegó roto'],
			['refund', 'reembolso'],
			['thanks', 'Gracias'],
		]);
	});
});
