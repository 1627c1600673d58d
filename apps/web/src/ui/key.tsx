const APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A key as it is printed on the person's keyboard. */
export function Key({ of }: { of: string }) {
	const shown = of
		.replace('Mod+', APPLE ? '⌘' : 'Ctrl ')
		.replace('Shift+', APPLE ? '⇧' : 'Shift ')
		.replace('Escape', 'Esc')
		.replace('Enter', '↵')
		.toUpperCase();
	return <kbd>{shown === 'ESC' ? 'Esc' : shown.replace('CTRL', 'Ctrl').replace('SHIFT', 'Shift')}</kbd>;
}
