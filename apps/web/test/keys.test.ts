// @vitest-environment happy-dom
import { renderHook } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { isTyping, KeyReader, keyName, useKeys } from '../src/keys.ts';

const press = (key: string, more: Partial<Parameters<typeof keyName>[0]> = {}) => ({
	key,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	shiftKey: false,
	isComposing: false,
	keyCode: 0,
	repeat: false,
	target: null,
	...more,
});

function element(html: string): Element {
	document.body.innerHTML = html;
	const found = document.body.querySelector('[data-here]');
	if (!found) throw new Error('No element');
	return found;
}

describe('keys', () => {
	test('are named by what is printed on them', () => {
		expect(keyName(press('j'))).toBe('j');
		expect(keyName(press('X', { shiftKey: true }))).toBe('X');
		expect(keyName(press('?', { shiftKey: true }))).toBe('?');
		expect(keyName(press('Enter', { shiftKey: true }))).toBe('Shift+Enter');
		expect(keyName(press('K', { metaKey: true }))).toBe('Mod+k');
		expect(keyName(press('k', { ctrlKey: true }))).toBe('Mod+k');
		expect(keyName(press('Enter', { ctrlKey: true }))).toBe('Mod+Enter');
	});

	test('do nothing while an input method composes, nor on the Enter that commits', () => {
		expect(keyName(press('Enter', { isComposing: true }))).toBeNull();
		expect(keyName(press('Enter', { keyCode: 229 }))).toBeNull();
		expect(keyName(press('Process'))).toBeNull();
	});

	test('leave Alt with a letter to the person', () => {
		expect(keyName(press('j', { altKey: true }))).toBeNull();
	});

	test('belong to a field that has the focus, except with Mod', () => {
		const map = { j: () => undefined, 'Mod+k': () => undefined, Escape: () => undefined };
		const target = element('<input data-here>');
		const reader = new KeyReader();
		expect(reader.read(map, press('j', { target }), 0)).toBeNull();
		expect(reader.read(map, press('k', { target, ctrlKey: true }), 0)).toBe(map['Mod+k']);
		expect(reader.read(map, press('Escape', { target }), 0)).toBeNull();
	});

	test('held down go on moving, and do nothing else again', () => {
		const map = { j: () => undefined, ArrowDown: () => undefined, e: () => undefined };
		const reader = new KeyReader();
		expect(reader.read(map, press('e'), 0)).toBe(map.e);
		expect(reader.read(map, press('e', { repeat: true }), 500)).toBeNull();
		expect(reader.read(map, press('j', { repeat: true }), 500)).toBe(map.j);
		expect(reader.read(map, press('ArrowDown', { repeat: true }), 500)).toBe(map.ArrowDown);
	});

	test('work beside a checkbox but not inside an open list', () => {
		expect(isTyping(element('<input type="checkbox" data-here>'))).toBe(false);
		expect(isTyping(element('<div role="listbox"><span data-here></span></div>'))).toBe(true);
		expect(isTyping(element('<textarea data-here></textarea>'))).toBe(true);
	});

	test('leave Enter to a focused button', () => {
		const map = { Enter: () => undefined };
		const reader = new KeyReader();
		expect(reader.read(map, press('Enter', { target: element('<button data-here>Go</button>') }), 0)).toBeNull();
		expect(reader.read(map, press('Enter', { target: element('<div data-here></div>') }), 0)).toBe(map.Enter);
	});

	test('come in pairs when the second follows in time', () => {
		const map = { 'g o': () => undefined, o: () => undefined };
		const reader = new KeyReader();
		expect(reader.read(map, press('g'), 0)).toBeNull();
		expect(reader.read(map, press('o'), 800)).toBe(map['g o']);
		reader.read(map, press('g'), 2000);
		expect(reader.read(map, press('o'), 4000)).toBe(map.o);
	});
});

describe('keys of a screen', () => {
	test('rest while a dialog lies above it, and Mod keys do not', () => {
		const pressed: string[] = [];
		const { unmount } = renderHook(() => useKeys({ Escape: () => pressed.push('Escape'), 'Mod+k': () => pressed.push('Mod+k') }));
		const fire = (init: KeyboardEventInit) => document.dispatchEvent(new KeyboardEvent('keydown', init));
		document.body.innerHTML = '<div role="dialog"></div>';
		fire({ key: 'Escape' });
		fire({ key: 'k', ctrlKey: true });
		document.body.innerHTML = '';
		fire({ key: 'Escape' });
		unmount();
		fire({ key: 'Escape' });
		expect(pressed).toEqual(['Mod+k', 'Escape']);
	});
});
