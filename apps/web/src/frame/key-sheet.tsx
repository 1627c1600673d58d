import { useLingui } from '@lingui/react/macro';
import { Modal } from 'antd';
import { Fragment } from 'react';
import { Key } from '../ui/key.tsx';
import { PLACES } from './places.ts';

export function KeySheet({ onClose }: { onClose: () => void }) {
	const { t, i18n } = useLingui();
	const groups: { title: string; keys: [string[], string][] }[] = [
		{
			title: t`Everywhere`,
			keys: [
				[['Mod+k'], t`Go to anything`],
				...PLACES.map((place): [string[], string] => [['g', place.key], i18n._(place.word)]),
				[['g', 'a'], t`Notices`],
				[['\\'], t`Fold or unfold the rail`],
				[['?'], t`This sheet`],
				[['Escape'], t`Close what is on top`],
			],
		},
		{
			title: t`Today`,
			keys: [[['d'], t`Claims due`]],
		},
		{
			title: t`Orders`,
			keys: [
				[['j', 'k'], t`Next, previous row`],
				[['Enter'], t`Open the order`],
				[['x'], t`Select the row`],
				[['Shift+x'], t`Select from the last to this row`],
				[['f'], t`Flag the selected orders`],
				[['e'], t`Export the list or the selected orders`],
				[['/'], t`Search`],
				[['[', ']'], t`Previous, next order in the drawer`],
				[['Home', 'End'], t`First, last loaded row`],
			],
		},
		{
			title: t`Numbers`,
			keys: [
				[['p'], t`Next period`],
				[['b'], t`Next base currency`],
				[['s'], t`What is left by SKU, or as the sales`],
				[['e'], t`Export the answer times, on their page`],
			],
		},
		{
			title: t`Catalogue`,
			keys: [
				[['j', 'k'], t`Next, previous row`],
				[['/'], t`Search`],
				[['v'], t`Next view`],
				[['1', '2', '3'], t`Choose among the proposed SKUs`],
				[['e'], t`Export the listings with their stock`],
				[['a'], t`It is this SKU`],
				[['x'], t`It is not this SKU`],
				[['n'], t`A SKU of its own`],
				[['Mod+.'], t`Translate the text of a draft, in its field`],
				[['m'], t`Edit the master data of the open SKU`],
				[['c'], t`Take the reviews of the open SKU along`],
			],
		},
		{
			title: t`Titles, prices and stock`,
			keys: [
				[['Enter'], t`Edit the cell; any digit begins as well`],
				[['↑', '↓', '←', '→'], t`Go from cell to cell; with Shift select`],
				[['Mod+v'], t`Paste cells of a spreadsheet`],
				[['f'], t`Change the selected cells alike`],
				[['Delete'], t`Take the edit back`],
				[['Mod+Enter'], t`Apply the changes`],
				[['u'], t`Put the changes back`],
				[['/'], t`Search`],
			],
		},
		{
			title: t`Reviews`,
			keys: [
				[['j', 'k'], t`Next, previous row`],
				[['v'], t`Next view`],
				[['l'], t`Tie to a SKU`],
				[['c'], t`Take the reviews of the chosen SKU along`],
			],
		},
		{
			title: t`Inbox`,
			keys: [
				[['j', 'k'], t`Next, previous conversation`],
				[['/'], t`Search`],
				[['v'], t`Next view`],
				[['r'], t`Answer`],
				[['Mod+/'], t`Macros, while answering; then the digit of one`],
				[['Mod+.'], t`Draft from the order, while answering`],
				[['t'], t`With translations, or as it was written`],
				[['n'], t`Write a note`],
				[['u'], t`Take back the answer that has not gone yet`],
				[['Mod+Shift+u'], t`Attach files, while answering`],
				[['p'], t`Open the newest picture; ← and → go on, D saves it`],
				[['Mod+Enter'], t`Take the offered rewrites`],
				[['a'], t`Take it, or give it back`],
				[['Shift+a'], t`Assign`],
				[['z'], t`Snooze or wake`],
				[['l'], t`Tags`],
				[['q'], t`No reply needed, where the platform knows that`],
				[['b'], t`Other conversations of the same buyer`],
				[['m'], t`Join the selected ones as one buyer's`],
				[['x'], t`Select the conversation`],
				[['Shift+x'], t`Select from the last to this conversation`],
				[['e'], t`Done, or open again`],
			],
		},
	];
	return (
		<Modal open title={t`Keyboard`} onCancel={onClose} footer={null} width={640}>
			<div className="key-sheet">
				{groups.map((group) => (
					<section key={group.title}>
						<h3>{group.title}</h3>
						<dl>
							{group.keys.map(([keys, meaning]) => (
								<Fragment key={meaning}>
									<dt>
										{keys.map((key) => (
											<Key key={key} of={key} />
										))}
									</dt>
									<dd>{meaning}</dd>
								</Fragment>
							))}
						</dl>
					</section>
				))}
			</div>
		</Modal>
	);
}
