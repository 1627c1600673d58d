import { useSyncExternalStore } from 'react';

interface Toast {
	id: number;
	text: string;
	tone: 'plain' | 'problem';
	undo?: { label: string; run: () => void } | undefined;
}

const SHOWN_MS = 6_000;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(to: readonly Toast[]): void {
	toasts = to;
	for (const listener of listeners) listener();
}

function drop(id: number): void {
	change(toasts.filter((toast) => toast.id !== id));
}

/** Says something at the foot of the screen for a moment; undo instead of asking before. */
export function say(text: string, options: { tone?: Toast['tone']; undo?: Toast['undo'] } = {}): void {
	const toast: Toast = { id: nextId++, text, tone: options.tone ?? 'plain', undo: options.undo };
	change([...toasts.slice(-2), toast]);
	setTimeout(() => drop(toast.id), SHOWN_MS);
}

export function Toasts() {
	const shown = useSyncExternalStore(
		(listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		() => toasts,
	);
	return (
		<output className="toasts" aria-live="polite">
			{shown.map((toast) => (
				<span key={toast.id} className={`toast ${toast.tone}`}>
					<span>{toast.text}</span>
					{toast.undo && (
						<button
							type="button"
							onClick={() => {
								toast.undo?.run();
								drop(toast.id);
							}}
						>
							{toast.undo.label}
						</button>
					)}
				</span>
			))}
		</output>
	);
}
