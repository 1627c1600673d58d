import { useLingui } from '@lingui/react/macro';
import type { MessageView, NoteView, OpenConversationView } from '@pangea/api';
import { Button } from 'antd';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

/** So many pixels below the beginning of what is shown, what comes before it is asked for. */
const NEAR_BEGINNING = 60;
/** This close to the end counts as at it. */
const NEAR_END = 24;

export type Line = MessageView | NoteView;

interface SaidProps {
	lines: readonly Line[];
	/** Whether the conversation has older messages than these. */
	older: boolean;
	/** Whether older ones are on their way. */
	loading: boolean;
	/** Whether somebody has gone back as far as it goes. */
	reached: boolean;
	/** The message that a search found; null for none. */
	hit: string | null;
	/** The member who looks. What they say is shown to them wherever they were. */
	userId: string;
	onEarlier: () => void;
	children: (line: Line) => ReactNode;
}

/**
 * What was said, at its end as long as nobody leaves it. Whoever reads further up keeps what they read in its place, whatever comes above or
 * below it.
 */
export function Said({ lines, older, loading, reached, hit, userId, onEarlier, children }: SaidProps) {
	const { t } = useLingui();
	const box = useRef<HTMLDivElement>(null);
	const list = useRef<HTMLOListElement>(null);
	/** The newest line when the end was left; null at the end. */
	const [left, setLeft] = useState<string | null>(null);
	const place = useRef<Place>({ atEnd: true, size: '', line: null, top: 0 });
	const asked = useRef(false);
	const newestLine = lines.at(-1);
	const newest = newestLine ? idOf(newestLine) : null;
	const shown = useRef(newest);
	const found = hit !== null && lines.some((line) => idOf(line) === hit);

	const note = (): void => {
		if (!box.current || !list.current) return;
		place.current = placeIn(box.current, list.current);
		setLeft((before) => (place.current.atEnd ? null : (before ?? newest)));
	};
	useLayoutEffect(() => {
		if (!box.current || !list.current) return undefined;
		const [said, all] = [box.current, list.current];
		// Pictures come later than the words around them.
		const sizes = new ResizeObserver(() => keepPlace(said, all, place.current));
		sizes.observe(all);
		sizes.observe(said);
		return () => sizes.disconnect();
	}, []);
	useLayoutEffect(() => {
		if (!box.current || !list.current) return;
		const ours = newestLine && ('noteId' in newestLine || newestLine.state === 'queued') && newestLine.userId === userId;
		if (shown.current !== newest && ours) place.current = { ...place.current, atEnd: true, size: '' };
		shown.current = newest;
		keepPlace(box.current, list.current, place.current);
		// The button is gone at the beginning; who pressed it goes on in what it brought.
		if (asked.current && !older) box.current.focus({ preventScroll: true });
		asked.current &&= older;
	}, [lines, newestLine, newest, older, userId]);
	useLayoutEffect(() => {
		if (!found || !box.current || !list.current) return;
		lineIn(list.current, hit)?.scrollIntoView({ block: 'center' });
		place.current = placeIn(box.current, list.current);
	}, [found, hit]);

	const passed = left === null ? -1 : lines.findIndex((line) => idOf(line) === left);
	return (
		<div className="said-frame">
			<div
				ref={box}
				className="said"
				// What scrolls has to be reachable by keys.
				// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
				tabIndex={0}
				role="log"
				aria-label={t`Messages`}
				aria-busy={loading}
				onScroll={() => {
					note();
					if (older && !loading && box.current && box.current.scrollTop < NEAR_BEGINNING) onEarlier();
				}}
			>
				{older && (
					<p className="earlier">
						<Button
							size="small"
							type="text"
							loading={loading}
							onClick={() => {
								asked.current = true;
								onEarlier();
							}}
						>
							{t`Earlier messages`}
						</Button>
					</p>
				)}
				{reached && <p className="earlier faint">{t`The conversation begins here`}</p>}
				<ol ref={list}>{lines.map(children)}</ol>
			</div>
			{passed >= 0 && passed < lines.length - 1 && (
				<Button
					size="small"
					className="newer"
					onClick={() => {
						box.current?.scrollTo({ top: box.current.scrollHeight });
						box.current?.focus({ preventScroll: true });
					}}
				>
					{t`New messages`} ↓
				</Button>
			)}
		</div>
	);
}

export const idOf = (line: Line): string => ('noteId' in line ? line.noteId : line.messageId);

/** Messages and notes in the order in which they were written. */
export function woven({ messages, notes, before }: Pick<OpenConversationView, 'messages' | 'notes' | 'before'>): Line[] {
	const first = messages[0]?.sentAt;
	// Notes of before the oldest message shown come with the older messages. Where there are none all are shown: a platform whose clock runs
	// ahead of ours dates a message after the note that was written about it.
	const shown = before === null || first === undefined ? notes : notes.filter((note) => Date.parse(note.at) >= Date.parse(first));
	const at = (line: Line): number => Date.parse('noteId' in line ? line.at : line.sentAt);
	return [...messages, ...shown].toSorted((a, b) => at(a) - at(b));
}

/** Where somebody reads: at the end, or at a line that lies so many pixels below the beginning of all that is shown. */
interface Place {
	atEnd: boolean;
	/** Of what is shown and of the window on it. */
	size: string;
	line: string | null;
	top: number;
}

function placeIn(box: HTMLElement, list: HTMLElement): Place {
	const edge = box.getBoundingClientRect().top;
	const line = [...list.children].find((one) => one.getBoundingClientRect().bottom > edge);
	return {
		size: sizeOf(box),
		atEnd: box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END,
		line: line instanceof HTMLElement ? (line.dataset['message'] ?? line.dataset['note'] ?? null) : null,
		top: line ? topIn(box, line) : 0,
	};
}

/** Scrolls by as much as came above. Nothing else is touched: scrolling that is under way would end. */
function keepPlace(box: HTMLElement, list: HTMLElement, place: Place): void {
	if (place.atEnd) {
		if (place.size !== sizeOf(box)) box.scrollTop = box.scrollHeight;
		place.size = sizeOf(box);
		return;
	}
	const line = place.line === null ? null : lineIn(list, place.line);
	if (!line) return;
	const top = topIn(box, line);
	if (Math.abs(top - place.top) >= 1) box.scrollTop += top - place.top;
	place.top = top;
}

const sizeOf = (box: HTMLElement): string => `${box.scrollHeight} ${box.clientHeight}`;

const topIn = (box: HTMLElement, line: Element): number =>
	line.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;

function lineIn(list: HTMLElement, id: string): Element | null {
	return list.querySelector(`[data-message="${CSS.escape(id)}"], [data-note="${CSS.escape(id)}"]`);
}
