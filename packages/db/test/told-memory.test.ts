import { describe, expect, test } from 'vitest';
import { ToldMemory } from '../src/told-memory.ts';

/** A memory of words, and which of them were asked for. */
function opened(room: number) {
	const memory = new ToldMemory<{ word: string }>(room, ({ word }) => word.length);
	const asked: string[][] = [];
	const read = async (...versions: string[]): Promise<(string | undefined)[]> => {
		const texts = async (unread: readonly string[]) => {
			asked.push([...unread]);
			return unread.filter((version) => version !== 'gone').map((version) => ({ version, word: `told ${version}` }));
		};
		const found = await memory.read(versions, texts, ({ word }) => ({ word }));
		return versions.map((version) => found.get(version)?.word);
	};
	return { read, asked };
}

describe('what texts told', () => {
	test('is asked for once for each version', async () => {
		const { read, asked } = opened(1000);
		expect(await read('a', 'b')).toEqual(['told a', 'told b']);
		expect(await read('b', 'c', 'a')).toEqual(['told b', 'told c', 'told a']);
		expect(await read('c')).toEqual(['told c']);
		expect(asked).toEqual([['a', 'b'], ['c']]);
	});

	test('gives way to what is asked for more', async () => {
		const { read, asked } = opened(2 * 'told a'.length);
		await read('a', 'b');
		await read('a');
		expect(await read('c')).toEqual(['told c']);
		expect(await read('a', 'b')).toEqual(['told a', 'told b']);
		expect(asked).toEqual([['a', 'b'], ['c'], ['b']]);
	});

	test('is told whole though there is no room for it', async () => {
		const { read, asked } = opened(1);
		expect(await read('a', 'b')).toEqual(['told a', 'told b']);
		expect(await read('a')).toEqual(['told a']);
		expect(asked).toEqual([['a', 'b'], ['a']]);
	});

	test('is nothing of a text that is not there, which is asked for again', async () => {
		const { read, asked } = opened(1000);
		expect(await read('gone')).toEqual([undefined]);
		expect(await read('gone')).toEqual([undefined]);
		expect(asked).toEqual([['gone'], ['gone']]);
	});
});
