import { type ReactNode, useId } from 'react';

/** One choice with its name and what it means. @param children gets the id of the name */
export function Setting({ title, hint, children }: { title: string; hint: string; children: (labelId: string) => ReactNode }) {
	const id = useId();
	return (
		<div className="setting">
			<div>
				<h2 id={id}>{title}</h2>
				<small className="faint">{hint}</small>
			</div>
			<div className="control">{children(id)}</div>
		</div>
	);
}
