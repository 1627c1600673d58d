import { describe, expect, test } from 'vitest';
import {
	buyerAlias,
	composeReply,
	inspectAttachment,
	MAIL_LIMIT_BYTES,
	orderIdsIn,
	recogniseMail,
	ReplyError,
	safeName,
	sniffType,
	stripQuoted,
} from '../src/index.ts';

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

const zip = (unpacked: number, entries = 1): Uint8Array => {
	const bytes = new Uint8Array(4 + 46 + 22);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, 0x04034b50, true);
	view.setUint32(4, 0x02014b50, true);
	view.setUint32(4 + 24, unpacked, true);
	view.setUint32(50, 0x06054b50, true);
	view.setUint16(50 + 10, entries, true);
	view.setUint32(50 + 16, 4, true);
	return bytes;
};
const of = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('an attachment', () => {
	test('is what its bytes say, not its name', () => {
		expect(sniffType(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))).toBe('image/jpeg');
		expect(inspectAttachment('photo.png', new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))).toMatchObject({
			type: 'image/jpeg',
			standing: 'shown',
		});
		expect(inspectAttachment('photo.jpg', of('<svg onload=alert(1)>'))).toMatchObject({ standing: 'download' });
		expect(inspectAttachment('invoice.pdf', of('%PDF-1.7'))).toMatchObject({ type: 'application/pdf', standing: 'download' });
	});

	test.each(['a.exe', 'invoice.pdf.exe', 'a.svg', 'a.html', 'fdp.\u202eexe', 'a.EXE. ', 'a.js', 'x.lnk'])(
		'is refused as a program: %j',
		(name) => {
			expect(inspectAttachment(name, of('hello'))).toMatchObject({ standing: 'refused', refusal: 'program' });
		},
	);

	test('is refused as a program by its bytes', () => {
		for (const start of ['MZ..', '#!/bin/sh', '\x7fELF']) expect(inspectAttachment('photo.jpg', of(start)).refusal).toBe('program');
	});

	test('is refused when it would burst', () => {
		expect(inspectAttachment('a.zip', zip(1000)).standing).toBe('download');
		expect(inspectAttachment('a.zip', zip(72 * 100)).standing).toBe('download');
		expect(inspectAttachment('a.zip', zip(72 * 100 + 1)).refusal).toBe('unpacksTooLarge');
		expect(inspectAttachment('a.zip', zip(0xffffffff)).refusal).toBe('brokenArchive');
		expect(inspectAttachment('a.zip', zip(10, 2)).refusal).toBe('brokenArchive');
		expect(inspectAttachment('a.zip', zip(10, 0)).refusal).toBe('brokenArchive');
		expect(inspectAttachment('a.zip', zip(10).slice(0, 40)).refusal).toBe('brokenArchive');
		expect(inspectAttachment('a.zip', zip(10).slice(0, 4)).refusal).toBe('brokenArchive');
		expect(inspectAttachment('a.bin', new Uint8Array(MAIL_LIMIT_BYTES + 1)).refusal).toBe('tooLarge');
	});

	test.each([
		['../../etc/passwd', 'passwd'],
		['C:\\temp\\a.txt', 'a.txt'],
		['..', 'attachment'],
		['\u202egpj.exe', 'gpj.exe'],
		['a\r\nb.txt', 'ab.txt'],
		['发票.pdf', '发票.pdf'],
		['', 'attachment'],
	])('%j is called %s', (name, safe) => {
		expect(safeName(name)).toBe(safe);
	});

	test('with an endless name keeps its end', () => {
		const safe = safeName(`${'a'.repeat(100_000)}.pdf`);
		expect(Array.from(safe)).toHaveLength(120);
		expect(safe.endsWith('.pdf')).toBe(true);
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
