import { useLingui } from '@lingui/react/macro';
import type { MacroView } from '@pangea/api';
import { macroTextFor } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { isComposing } from '../../keys.ts';
import { errorSentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { api, trpc } from '../../trpc.ts';
import { Key } from '../../ui/key.tsx';
import { say } from '../../ui/toast.tsx';
import { MacroManager } from './macro-manager.tsx';
import { macroLanguageName } from './words.ts';
import './macro.css';

interface MacroPaletteProps {
	conversationId: string;
	/** Of the conversation's store, a BCP 47 tag. */
	language: string;
	onInsert: (text: string) => void;
	onClose: () => void;
}

const optionId = (macroId: string): string => `macro-${macroId}`;

/** Finds a macro by what is typed; Enter puts it into the answer, filled. */
export function MacroPalette({ conversationId, language, onInsert, onClose }: MacroPaletteProps) {
	const { t, i18n } = useLingui();
	const mayManage = useMay('inbox.manage');
	const macros = useQuery(trpc.inbox.macros.queryOptions());
	const [wanted, setWanted] = useState('');
	const [at, setAt] = useState(0);
	const [managing, setManaging] = useState(false);
	const field = useRef<InputRef>(null);
	// Whoever opened it by a key goes on by keys.
	useEffect(() => field.current?.focus(), []);
	const fill = useMutation({
		mutationFn: (macroId: string) => api.inbox.fillMacro.query({ conversationId, macroId }),
		onSuccess: ({ text }) => onInsert(text),
		onError: (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' }),
	});
	const found = (macros.data ?? []).filter((macro) => fits(macro, wanted));
	const place = Math.min(at, found.length - 1);
	const chosen = found[place];
	const insert = (macroId: string): void => {
		if (!fill.isPending) fill.mutate(macroId);
	};
	const move = (by: number): void => {
		if (found.length > 0) setAt((place + by + found.length) % found.length);
	};
	return (
		<div className="macro-palette">
			<Input
				ref={field}
				size="small"
				// It is an input already; the role tells that a list belongs to it.
				// oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
				role="combobox"
				aria-expanded
				aria-controls="macros"
				aria-activedescendant={chosen && optionId(chosen.macroId)}
				aria-label={t`Find a macro`}
				placeholder={t`Find a macro`}
				value={wanted}
				onChange={(event) => {
					setWanted(event.target.value);
					setAt(0);
				}}
				onKeyDown={(event) => {
					if (isComposing(event.nativeEvent)) return;
					const acts: Record<string, () => void> = {
						ArrowDown: () => move(1),
						ArrowUp: () => move(-1),
						Enter: () => chosen && insert(chosen.macroId),
						Escape: onClose,
					};
					// With nothing typed yet a digit is the second key of a pair.
					const quick = wanted === '' ? macros.data?.find(({ quickKey }) => quickKey === event.key) : undefined;
					const act = quick ? () => insert(quick.macroId) : acts[event.key];
					if (!act) return;
					event.preventDefault();
					event.stopPropagation();
					act();
				}}
			/>
			{/* A list of the browser's own shows one word a line, and no text beside it. */}
			{/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
			<div id="macros" role="listbox" aria-label={t`Macros`}>
				{found.map((macro) => {
					const said = macroTextFor(macro.texts, language);
					return (
						<button
							key={macro.macroId}
							id={optionId(macro.macroId)}
							type="button"
							// oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
							role="option"
							tabIndex={-1}
							aria-selected={macro === chosen}
							onClick={() => insert(macro.macroId)}
						>
							{macro.quickKey !== null && <Key of={macro.quickKey} />}
							<strong className="cut">{macro.name}</strong>
							<span className="cut soft grow">{said?.text}</span>
							{said && <small className="soft">{macroLanguageName(i18n, said.language)}</small>}
						</button>
					);
				})}
			</div>
			{macros.data && found.length === 0 && (
				<p className="soft">{macros.data.length === 0 ? t`No macros yet.` : t`No macro is called that.`}</p>
			)}
			<div className="line">
				<small className="faint">
					<Key of="Enter" /> {t`puts it into the answer`} · <Key of="Escape" /> {t`closes`}
				</small>
				<span className="grow" />
				{mayManage && (
					<Button size="small" type="text" onClick={() => setManaging(true)}>
						{t`Manage macros`}
					</Button>
				)}
			</div>
			{managing && <MacroManager macros={macros.data ?? []} onClose={() => setManaging(false)} />}
		</div>
	);
}

function fits(macro: MacroView, wanted: string): boolean {
	const words = wanted.trim().toLocaleLowerCase().split(/\s+/);
	const all = [macro.name, ...macro.texts.map((one) => one.text)].join('\n').toLocaleLowerCase();
	return words.every((word) => all.includes(word));
}
