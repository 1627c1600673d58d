import { describe, expect, test } from 'vitest';
import { composeReply, decodeTransfer, encodedLength, readMail, ReplyError, stripQuoted } from '../src/index.ts';

/** Larger than any mail that a relay passes on. */
const LARGE_MAIL_BYTES = 50 * 1024 * 1024;
const ALIAS = 'a1b2c3@marketplace.amazon.com';
const head = (more: string): string =>
	`From: "Emma" <${ALIAS}>\r\nTo: <seller@mail.example>\r\nSubject: Order 111-2223334-4445556\r\n${more}`;
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const html = (markup: string): string => head(`Message-ID: <h@x.example>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${markup}\r\n`);
const withFile = (type: string, name: string, content: string): string =>
	head(
		`Content-Type: multipart/mixed; boundary="e"\r\n\r\n--e\r\nContent-Type: text/plain\r\n\r\nWords\r\n--e\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(content, 'latin1').toString('base64')}\r\n--e--\r\n`,
	);

/** What a reader must never find in what is kept. */
const ACTS = /<script|<svg|<img|<iframe|<style|<object|onerror\s*=|javascript:alert/i;
const TURNS = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]|(?![\n\t])\p{Cc}/u;

const MARKUP = [
	'<script>alert(1)</script>Words',
	'<svg onload=alert(1)><circle/></svg>Words',
	'<img src=x onerror=alert(1)>Words',
	'<style>body{background:url(https://evil.example/a)}</style>Words',
	'<iframe src="https://evil.example"></iframe>Words',
	'<object data="data:text/html,<script>alert(1)</script>"></object>Words',
	'<p>Words<!-- <script>alert(1)</script> --></p>',
	'<table><tr><td background="https://evil.example/b">Words</td></tr></table>',
	'<div style="position:fixed;top:0">Words</div>',
	'<form action="https://evil.example"><input name=a></form>Words',
	'<meta http-equiv=refresh content="0;url=https://evil.example">Words',
	'<math><mtext><script>alert(1)</script></mtext></math>Words',
	'<a href="https://evil.example/login">https://amazon.com/login</a> Words',
	'<scr<script>ipt>alert(1)</scr</script>ipt>Words',
	'<p>Words<p',
];
const TEXTS = [
	'Words \u202Egnp.exe',
	'Words \u0000\u0007\u001b[31m',
	'Words \u2066x\u2069',
	`Words ${'\u0301'.repeat(3000)}`,
	`Words ${'>'.repeat(20_000)}`,
	`Words\n${'On x wrote:\n'.repeat(2000)}`,
	`Words https://evil.example/${'a'.repeat(4000)}`,
];
const FILES: [string, string, string][] = [
	['application/zip', '../../etc/passwd.zip', `PK\u0003\u0004${'\0'.repeat(2000)}`],
	['image/png', 'photo.png\u202Eexe', 'MZ\0\0'],
	['image/svg+xml', 'a.svg', '<svg onload=alert(1)/>'],
	['text/html', 'a.html', '<script>alert(1)</script>'],
	['application/x-msdownload; x="\r\nBcc: a@b', 'a.exe', 'MZ'],
	['message/rfc822', 'mail.eml', 'From: x\r\n\r\n<script>'],
];
const BROKEN = [
	'',
	'\r\n\r\n',
	'\u0000'.repeat(5000),
	head(''),
	head('Content-Type: multipart/mixed; boundary=\r\n\r\nx'),
	head('Content-Type: multipart/mixed; boundary="e"\r\n\r\n--e\r\n--e--\r\nWords'),
	head('Content-Type: text/plain; charset=x-unknown\r\n\r\nWords \u00ff'),
	head('Content-Transfer-Encoding: base64\r\n\r\n!!!!not base64'),
	head('Content-Transfer-Encoding: quoted-printable\r\n\r\nWords =ZZ=0'),
	head('Message-ID: <a@b>\r\n Bcc: <eve@evil.example>\r\n\r\nWords'),
	head('Message-ID: <a@b.example>\r\nMessage-ID: <c@d.example>\r\n\r\nWords'),
	`From: ${'a'.repeat(100_000)}@marketplace.amazon.com\r\n\r\nWords`,
	`From: =?utf-8?B?${Buffer.from('"a@marketplace.amazon.com"\r\nBcc: x').toString('base64')}?= <eve@evil.example>\r\n\r\nWords`,
	head(`References: ${'<a@b.example> '.repeat(20_000)}\r\n\r\nWords`),
];

/** 500 mails of what attackers, and programs that are not attackers at all, write. */
const MAILS: Buffer[] = [];
for (let i = 0; MAILS.length < 500; i++) {
	const markup = MARKUP[i % MARKUP.length] ?? '';
	const [type, name, content] = FILES[i % FILES.length] ?? ['', '', ''];
	MAILS.push(
		bytes(html(`<html><body>${markup.repeat(1 + (i % 7))}</body></html>`)),
		Buffer.from(`${head('Content-Type: text/plain; charset=utf-8\r\n\r\n')}${TEXTS[i % TEXTS.length]}${i}`),
		Buffer.from(withFile(type, `${i}${name}`, content)),
		Buffer.from(BROKEN[i % BROKEN.length] ?? ''),
		// Cut anywhere, as a line that broke leaves it.
		bytes(withFile(type, name, content + markup)).subarray(0, 40 + i * 7),
	);
}

describe('a hostile mail', () => {
	test('is read to text that cannot act, five hundred times, and never stops the reader', async () => {
		const began = performance.now();
		let read = 0;
		for (const [i, mail] of MAILS.entries()) {
			const found = await readMail(mail);
			if (!found) continue;
			read++;
			const kept = [found.subject, found.fromName, found.text, ...found.attachments.map((file) => file.name)].join('\n');
			expect([i, ACTS.exec(kept)?.[0], TURNS.exec(kept)?.[0]]).toEqual([i, undefined, undefined]);
			expect(`${found.subject}${found.fromName}${found.messageId ?? ''}${found.mentions.join('')}`).not.toMatch(/[\r\n<>]/);
			for (const file of found.attachments) expect(file.name).not.toMatch(/[/\\]|^\./);
			expect(stripQuoted(found.text).fresh.length).toBeLessThanOrEqual(found.text.length);
		}
		expect(read).toBeGreaterThan(400);
		expect((performance.now() - began) / MAILS.length).toBeLessThan(50);
	}, 60_000);

	test('has ten thousand parts, or fifty megabytes, and is read in bounded time and memory', async () => {
		const part = '--e\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n';
		const many = await readMail(bytes(head(`Content-Type: multipart/mixed; boundary="e"\r\n\r\n${part.repeat(10_000)}--e--\r\n`)));
		expect(many === null || many.attachments.length <= 50).toBe(true);
		const before = process.memoryUsage().rss;
		const began = performance.now();
		const large = Buffer.alloc(LARGE_MAIL_BYTES, 'Words words words\r\n');
		Buffer.from(head('Content-Type: text/plain\r\n\r\n')).copy(large);
		const found = await readMail(large);
		expect(found?.text.length ?? 0).toBeLessThan(60_000);
		expect(performance.now() - began).toBeLessThan(15_000);
		expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
	}, 60_000);

	test.each([
		['base64', 'SGVsbG8s\r\nIHdvcmxk', 'Hello, world'],
		['BASE64 ', '!!SGVs!!bG8=', 'Hello'],
		['quoted-printable', 'a=3D=C3=A9=\r\nb=\nc =ZZ =', 'a=\u00c3\u00a9bc =ZZ ='],
		['x-unknown', 'as it is', 'as it is'],
		['', '\u0000\u00ff', '\u0000\u00ff'],
	])('has files that are read as they were, in %j: %j', (encoding, written, was) => {
		expect(Buffer.from(decodeTransfer(encoding, bytes(written))).toString('latin1')).toBe(was);
	});

	test('has files of which no more is asked for than can be kept', () => {
		const file = Buffer.alloc(3_000_000, 7);
		const lines = file.toString('base64').match(/.{1,76}/g) ?? [];
		expect(lines.join('\r\n').length).toBeLessThan(encodedLength(file.length));
	});

	test('shows where a link leads, and not the tracking behind it', async () => {
		const found = await readMail(bytes(html(`<a href="https://evil.example/${'t'.repeat(300)}">amazon.com</a>`)));
		expect(found?.text).toContain('https://evil.example/…');
	});

	test.each(['a\r\nBcc: eve@evil.example', 'a\nb', 'a\u2028b', 'a\u0000b'])('puts no second header into an answer: %j', (text) => {
		const reply = { from: 's@mail.example', to: ALIAS, subject: 'x', text: 'Words', important: false, inReplyTo: null, references: [] };
		expect(() => composeReply({ ...reply, subject: text })).toThrow(ReplyError);
		expect(() => composeReply({ ...reply, to: `${ALIAS}${text}` })).toThrow(ReplyError);
		expect(() => composeReply({ ...reply, from: `s@mail.example${text}` })).toThrow(ReplyError);
		expect(() => composeReply({ ...reply, inReplyTo: `<${text}@x.example>` })).toThrow(ReplyError);
	});
});
