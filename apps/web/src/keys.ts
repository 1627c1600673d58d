import { useEffect } from 'react';

/** Keys by their written form: `j`, `X`, `Enter`, `Mod+k`, `g t` (one after the other). */
export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

interface Press {
	key: string;
	ctrlKey: boolean;
	metaKey: boolean;
	altKey: boolean;
	shiftKey: boolean;
	isComposing: boolean;
	keyCode: number;
	/** The key is held down. */
	repeat: boolean;
	target: EventTarget | null;
}

/** How long the second key of a chord may take. */
const CHORD_MS = 1_200;
/** The Enter that commits a composition reports this code in browsers that have already ended it. */
const COMPOSING_KEY_CODE = 229;
/** A held key may go on moving. Held for anything else it would do to the next row what was meant for this one. */
const MOVES: ReadonlySet<string> = new Set(['j', 'k', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']);

/** Whether a key press belongs to an input method, which ends a word with it. */
export function isComposing(press: Pick<Press, 'isComposing' | 'keyCode' | 'key'>): boolean {
	return press.isComposing || press.keyCode === COMPOSING_KEY_CODE || press.key === 'Process';
}

/** The written form of a key press; null while an input method composes or when Alt is held (letters are the person's own there). */
export function keyName(press: Press): string | null {
	if (isComposing(press) || press.key === 'Dead') return null;
	if (press.altKey) return null;
	const mod = press.ctrlKey || press.metaKey;
	// With Shift or the lock of capitals a letter is another one, a named key is not.
	if (mod) return `Mod+${press.key.length > 1 ? press.key : press.key.toLowerCase()}`;
	// Shift is already in the letter (X) or the sign (?); named keys need it said.
	return press.shiftKey && press.key.length > 1 ? `Shift+${press.key}` : press.key;
}

/** Whether single letters belong to the focused field. */
export function isTyping(target: EventTarget | null): boolean {
	if (typeof HTMLElement === 'undefined' || !(target instanceof HTMLElement)) return false;
	if (target.isContentEditable) return true;
	if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
	return (
		target instanceof HTMLTextAreaElement ||
		target instanceof HTMLSelectElement ||
		target.closest('[role="combobox"],[role="listbox"],[role="menu"]') !== null
	);
}

/** Enter and Space on a focused control press that control; a screen must not take them. */
function isControl(target: EventTarget | null): boolean {
	return (
		target instanceof HTMLElement && target.closest('a,button,[role="tab"],[role="menuitem"],[role="option"],[role="switch"]') !== null
	);
}

/** Finds the action of a press, remembering the first key of a chord. Pure but for that memory. */
export class KeyReader {
	#first: { key: string; at: number } | null = null;

	/** @param now milliseconds */
	read(map: KeyMap, press: Press, now: number): ((event: KeyboardEvent) => void) | null {
		const name = keyName(press);
		if (name === null || (press.repeat && !MOVES.has(name))) return null;
		const typing = isTyping(press.target);
		// Escape too: in a field it is the field's, and must not throw away what is being typed.
		if (typing && !name.startsWith('Mod+')) return null;
		if (name === 'Enter' && isControl(press.target)) return null;
		const first = this.#first;
		this.#first = null;
		if (first && now - first.at <= CHORD_MS) {
			const chord = map[`${first.key} ${name}`];
			if (chord) return chord;
		}
		if (Object.keys(map).some((keys) => keys.startsWith(`${name} `))) this.#first = { key: name, at: now };
		return map[name] ?? null;
	}
}

/** Whether a dialog lies above the screen; its keys are its own. */
function isCovered(): boolean {
	return [...document.querySelectorAll('[role="dialog"], dialog[open]')].some((dialog) => dialog.checkVisibility());
}

/**
 * Binds keys while a component is shown. Below an open dialog only keys with Mod work.
 * @param isQuiet asked at each press: whether it is no command of this map just now
 */
export function useKeys(map: KeyMap, enabled = true, isQuiet?: (event: KeyboardEvent) => boolean): void {
	useEffect(() => {
		if (!enabled) return undefined;
		const reader = new KeyReader();
		const listen = (event: KeyboardEvent) => {
			if (event.defaultPrevented || (!event.metaKey && !event.ctrlKey && isCovered())) return;
			if (isQuiet?.(event)) return;
			const action = reader.read(map, event, event.timeStamp);
			if (!action) return;
			event.preventDefault();
			action(event);
		};
		// Before anybody else, so that the Escape that closes a dialog still finds it open.
		document.addEventListener('keydown', listen, true);
		return () => document.removeEventListener('keydown', listen, true);
	}, [map, enabled, isQuiet]);
}
