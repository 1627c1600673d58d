import { SearchOutlined } from '@ant-design/icons';
import { Input, type InputRef } from 'antd';
import { type RefObject, useEffect, useState } from 'react';

/** Milliseconds of silence after which a search is made. */
const SETTLED_MS = 350;

interface SearchFieldProps {
	value: string;
	/** What is searched, for who reads the screen out. */
	label: string;
	placeholder: string;
	onSettle: (text: string) => void;
	inputRef: RefObject<InputRef | null>;
}

/** A search that is made when somebody stops typing, and never while an input method composes. */
export function SearchField({ value, label, placeholder, onSettle, inputRef }: SearchFieldProps) {
	const [text, setText] = useState(value);
	const [composing, setComposing] = useState(false);
	const [settled, setSettled] = useState(value);
	// The filter was changed elsewhere: by a view, a link or Clear.
	if (settled !== value) {
		setSettled(value);
		setText(value);
	}
	useEffect(() => {
		if (composing || text.trim() === value) return undefined;
		const timer = setTimeout(() => onSettle(text.trim()), SETTLED_MS);
		return () => clearTimeout(timer);
	}, [text, composing, value, onSettle]);
	return (
		<Input
			ref={inputRef}
			className="search-field"
			size="small"
			allowClear
			maxLength={200}
			prefix={<SearchOutlined aria-hidden />}
			placeholder={placeholder}
			aria-label={label}
			aria-keyshortcuts="/"
			value={text}
			onChange={(event) => setText(event.target.value)}
			onCompositionStart={() => setComposing(true)}
			onCompositionEnd={() => setComposing(false)}
			onKeyDown={(event) => {
				if (event.key === 'Enter' && !event.nativeEvent.isComposing) onSettle(text.trim());
				if (event.key === 'Escape') event.currentTarget.blur();
			}}
		/>
	);
}
