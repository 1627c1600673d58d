import { createContext, type ReactNode, use } from 'react';
import { createPortal } from 'react-dom';

export const HeaderSlotContext = createContext<HTMLElement | null>(null);

/** Puts a screen's title or tabs into the top bar, so that its first row starts higher. */
export function HeaderSlot({ children }: { children: ReactNode }) {
	const slot = use(HeaderSlotContext);
	return slot ? createPortal(children, slot) : null;
}
