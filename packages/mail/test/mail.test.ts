import { describe, expect, test } from 'vitest';
import { buyerAlias, composeReply, orderIdsIn, recogniseMail, ReplyError, stripQuoted } from '../src/index.ts';

const ALIAS = 'x1y2z3+abc@marketplace.amazon.com.mx';
const ORDER = '111-2223334-4445556';

describe('a relayed mail', () => {
	test('is a buyer’s message by its address', () => {
		expect(recogniseMail({ from: ALIAS, authenticated: true, subject: `Order ${ORDER}`, text: 'When?' })).toEqual({
			kind: 'buyerMessage',
			alias: ALIAS,
			orderId: ORDER,
			moreOrderIds: [],
		});
		expect(buyerAlias(' X1@Marketplace.Amazon.CO.UK ')).toBe('x1@marketplace.amazon.co.uk');
	});

	test.each([
		'a@marketplace.amazon.com.evil.io',
		'a@evil.io',
		'a@marketplace-amazon.com',
		'"a@marketplace.amazon.com" <b@evil.io>',
		'a@marketplace.amazon.com\r\nBcc: b@evil.io',
		'a@amazon.com@evil.io',
	])('is foreign from %j', (from) => {
		expect(recogniseMail({ from, authenticated: true, subject: ORDER, text: '' })).toEqual({ kind: 'foreign' });
	});

	test('is foreign when the mailbox could not prove its sender', () => {
		expect(recogniseMail({ from: ALIAS, authenticated: false, subject: '', text: '' })).toEqual({ kind: 'foreign' });
	});

	test('takes the order of its subject before one of its body', () => {
		const mail = recogniseMail({ from: ALIAS, authenticated: true, subject: ORDER, text: '701-0000001-0000002' });
		expect(mail).toMatchObject({ orderId: ORDER, moreOrderIds: ['701-0000001-0000002'] });
	});

	test.each([
		['undelivered', 'Your message could not be delivered'],
		['undelivered', 'No se pudo entregar su mensaje'],
		['optedOut', 'This buyer has opted out'],
		['claim', 'A-to-z Guarantee claim on your order'],
		['return', 'Solicitação de devolução do pedido'],
		['return', '退货申请'],
		['other', 'Your weekly report'],
	] as const)('of Amazon itself is a notice: %s, %s', (topic, subject) => {
		const mail = { from: 'no-reply@amazon.com', authenticated: true, subject, text: ORDER };
		expect(recogniseMail(mail)).toEqual({ kind: 'notice', topic, orderId: ORDER });
	});

	test('names no order in longer numbers', () => {
		expect(orderIdsIn(`1${ORDER} ${ORDER}7 a-${ORDER} ${ORDER}`)).toEqual([ORDER]);
	});
});

describe('what a buyer wrote', () => {
	test.each([
		'On Mon, 23 Nov 2026 at 10:00, Shop <a@b.c> wrote:',
		'El lun, 23 nov 2026 a las 10:00, Tienda escribió:',
		'Em seg., 23 de nov. de 2026, Loja escreveu:',
		'在 2026年11月23日，店铺写道：',
		'-----Original Message-----',
		'-----Mensaje original-----',
		'From: Shop\nSent: Monday',
		'> quoted\n> more',
	])('ends before %j', (history) => {
		const text = `Where is it?\n\n${history}\n> old words`;
		const { fresh, quoted } = stripQuoted(text);
		expect(fresh.trim()).toBe('Where is it?');
		expect(fresh + quoted).toBe(text);
	});

	test.each(['> only quoted', 'From: the shop I bought it\nand it broke', 'No history', '', '> asked\nanswered below'])(
		'is all of %j',
		(text) => {
			expect(stripQuoted(text)).toEqual({ fresh: text, quoted: '' });
		},
	);

	test('is found in 200,000 characters without a line end, or with nothing else', () => {
		const start = performance.now();
		for (const seed of ['on a wrote', '\n', '>\n', 'From: a\n', 'on ']) stripQuoted(seed.repeat(200_000 / seed.length));
		expect(performance.now() - start).toBeLessThan(2_000);
	});
});

describe('a reply', () => {
	const reply = {
		from: 'shop@example.com',
		to: ALIAS,
		subject: `Re: ${ORDER}`,
		text: 'It left.\nToday.',
		important: false,
		inReplyTo: null,
		references: [],
	};

	test('goes to the relay as text', () => {
		expect(composeReply(reply)).toEqual({ from: reply.from, to: ALIAS, subject: reply.subject, text: 'It left.\r\nToday.' });
		expect(composeReply({ ...reply, important: true, inReplyTo: '<a.b@mail.amazon.com>' })).toMatchObject({
			subject: `[Important] Re: ${ORDER}`,
			inReplyTo: '<a.b@mail.amazon.com>',
		});
	});

	test.each([
		['to', { to: 'buyer@gmail.com' }],
		['to', { to: `${ALIAS}\r\nBcc: b@evil.io` }],
		['to', { to: `${ALIAS}, b@evil.io` }],
		['from', { from: 'shop@example.com\nBcc: b@evil.io' }],
		['from', { from: '"Amazon" <shop@example.com>' }],
		['subject', { subject: 'Hi\r\nBcc: b@evil.io' }],
		['subject', { subject: 'Hi\u2028there' }],
		['subject', { subject: 'Hi \u202eevil' }],
		['subject', { subject: 'a'.repeat(251) }],
		['text', { text: ' \n' }],
		['text', { text: 'a\0b' }],
		['messageId', { inReplyTo: '<a@b>\r\nBcc: x' }],
		['messageId', { references: ['<a@b> <c@d>'] }],
	] as const)('is not sent with a bad %s: %j', (field, bad) => {
		expect(() => composeReply({ ...reply, ...bad })).toThrow(ReplyError);
		try {
			composeReply({ ...reply, ...bad });
		} catch (error) {
			expect(error instanceof ReplyError ? error.field : null).toBe(field);
		}
	});
});
