import { EditOutlined, EyeOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { useLiveLine } from '../../live.tsx';
import type { PersonThere, Presence } from '../../realtime.ts';
import { useSession } from '../../session.tsx';
import { usePeople } from './people.ts';
import './presence.css';

const NOBODY: Presence = new Map();
/** Without another key within so long nobody writes any more. */
const WRITING_MS = 5_000;

/** The others who look at conversations, by conversation. */
export function usePresence(): (conversationId: string) => PersonThere[] {
	const line = useLiveLine();
	const { me } = useSession();
	const presence = useSyncExternalStore(
		(listener) => line?.onPresence(listener) ?? (() => undefined),
		() => line?.presence() ?? NOBODY,
	);
	return (conversationId) => (presence.get(conversationId) ?? []).filter((person) => person.userId !== me.userId);
}

/** Tells the others that this conversation is looked at while it is in sight. @returns what is called at each key that is typed. */
export function useLook(conversationId: string): (text: string) => void {
	const line = useLiveLine();
	const writing = useRef(false);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	useEffect(() => {
		if (!line) return undefined;
		const look = (): void => line.look(document.visibilityState === 'visible' ? { conversationId, writing: writing.current } : null);
		look();
		document.addEventListener('visibilitychange', look);
		return () => {
			document.removeEventListener('visibilitychange', look);
			clearTimeout(timer.current);
			writing.current = false;
			line.look(null);
		};
	}, [line, conversationId]);
	return useCallback(
		(text: string) => {
			const say = (is: boolean): void => {
				if (writing.current === is) return;
				writing.current = is;
				line?.look({ conversationId, writing: is });
			};
			clearTimeout(timer.current);
			say(text.trim() !== '');
			if (writing.current) timer.current = setTimeout(() => say(false), WRITING_MS);
		},
		[line, conversationId],
	);
}

/** Who else is there, in words. */
export function OthersHere({ others }: { others: readonly PersonThere[] }) {
	const sentence = useSentence();
	return (
		// It stands there before anybody comes, so that a screen reader tells who does.
		<output className="others">
			{others
				.toSorted((a, b) => Number(b.writing) - Number(a.writing))
				.map((person) => (
					<small key={person.userId} className={person.writing ? 'writing' : 'soft'}>
						{markFor(person)} {sentence(person)}
					</small>
				))}
		</output>
	);
}

/** That somebody else is there, as a mark in a list. */
export function OthersMark({ others }: { others: readonly PersonThere[] }) {
	const sentence = useSentence();
	if (others.length === 0) return null;
	const writing = others.some((person) => person.writing);
	const words = others.map(sentence).join(', ');
	return (
		<span className={`mark-others ${writing ? 'writing' : ''}`} title={words}>
			{markFor({ writing })}
			<span className="unseen">{words}</span>
		</span>
	);
}

const markFor = ({ writing }: { writing: boolean }) => (writing ? <EditOutlined aria-hidden /> : <EyeOutlined aria-hidden />);

function useSentence(): (person: PersonThere) => string {
	const people = usePeople();
	const { t } = useLingui();
	return ({ userId, writing }) => {
		const name = people.get(userId) ?? t`Somebody`;
		return writing ? t`${name} is writing` : t`${name} is here`;
	};
}
