import { FLAG_COLOURS } from '../../tokens.ts';
import { type Flag, FLAGS } from './filter.ts';

export function isFlag(value: string | null): value is Flag {
	return FLAGS.some((flag) => flag === value);
}

/** A planted flag. The name is said where there is room; here it is the accessible one. */
export function FlagIcon({ flag, label }: { flag: Flag | null; label?: string }) {
	return (
		<svg
			width="14"
			height="14"
			viewBox="0 0 14 14"
			role={label ? 'img' : undefined}
			aria-label={label}
			aria-hidden={label ? undefined : true}
		>
			<path d="M3 1.5v11" stroke={flag ? FLAG_COLOURS[flag] : 'var(--line-strong)'} strokeWidth="1.4" strokeLinecap="round" />
			<path d="M3.6 2.2h7.6L9.5 4.8l1.7 2.6H3.6z" fill={flag ? FLAG_COLOURS[flag] : 'none'} stroke={flag ? 'none' : 'var(--line-strong)'} />
		</svg>
	);
}
