/** Encodes text the way Amazon's flat files are encoded; what the charset lacks becomes a question mark. */
export function encodeText(text: string, charset: 'windows-1252' | 'shift_jis'): Buffer {
	// Most of a report is plain ASCII, which is the same in both.
	if (/^[\0-\x7f]*$/.test(text)) return Buffer.from(text, 'latin1');
	const table = tableOf(charset);
	const bytes = Buffer.allocUnsafe(text.length * 2);
	let length = 0;
	for (const character of text) {
		const code = character.codePointAt(0) ?? 63;
		if (code < 128) bytes[length++] = code;
		else for (const byte of table.get(character) ?? [63]) bytes[length++] = byte;
	}
	return bytes.subarray(0, length);
}

const tables = new Map<string, Map<string, number[]>>();

/** The platform only decodes these charsets; decoding every byte sequence once gives the way back. */
function tableOf(charset: 'windows-1252' | 'shift_jis'): Map<string, number[]> {
	const known = tables.get(charset);
	if (known !== undefined) return known;
	const table = new Map<string, number[]>();
	const decoder = new TextDecoder(charset);
	const learn = (...bytes: number[]): void => {
		const text = decoder.decode(Uint8Array.from(bytes));
		if (text.length === 1 && text !== '\uFFFD' && !table.has(text)) table.set(text, bytes);
	};
	for (let byte = 128; byte < 256; byte++) learn(byte);
	if (charset === 'shift_jis')
		for (let lead = 0x81; lead <= 0xfc; lead++) for (let trail = 0x40; trail <= 0xfc; trail++) learn(lead, trail);
	tables.set(charset, table);
	return table;
}
