import type { ReactNode } from 'react';

interface EmptyProps {
	title: string;
	children?: ReactNode;
	action?: ReactNode;
	/** True where this is all the page has to say. */
	alone?: boolean;
}

/** Says why there is nothing here, and what to do if anything. */
export function Empty({ title, children, action, alone = false }: EmptyProps) {
	const Title = alone ? 'h1' : 'h2';
	return (
		<div className="empty">
			<svg
				width="72"
				height="40"
				viewBox="0 0 72 40"
				aria-hidden
				fill="none"
				stroke="var(--line-strong)"
				strokeWidth="1.5"
				strokeLinecap="round"
			>
				<path d="M4 30c6-9 12-9 18 0s12 9 18 0 12-9 18 0 7 7 10 4" />
				<path d="M10 18c5-7 10-7 15 0s10 7 15 0 10-7 15 0" opacity=".6" />
				<circle cx="56" cy="8" r="4" opacity=".6" />
			</svg>
			<Title>{title}</Title>
			{children && <p>{children}</p>}
			{action}
		</div>
	);
}

interface BlocksProps {
	/** The class that lays out what comes. */
	className: string;
	count: number;
	height: number;
}

/** Cards in the shape of those that come. */
export function Blocks({ className, count, height }: BlocksProps) {
	return (
		<div className={`${className} blocks`} aria-hidden>
			{Array.from({ length: count }, (_, i) => (
				<div key={i} className="panel" style={{ height }} />
			))}
		</div>
	);
}

/** Bars in the shape of what comes, so that nothing jumps when it arrives. */
export function Skeleton({ rows, height }: { rows: number; height: number }) {
	return (
		<div className="skeleton" aria-hidden>
			{Array.from({ length: rows }, (_, i) => (
				<div key={i} style={{ height }}>
					<span style={{ width: `${30 + ((i * 37) % 50)}%` }} />
				</div>
			))}
		</div>
	);
}
