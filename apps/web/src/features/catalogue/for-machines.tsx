import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { MachineReadingView } from '@pangea/api';
import { MACHINE_FIELDS, type MachineField, type MachineFieldState, type MachineOwn } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { say } from '../../ui/toast.tsx';

/** What each lack means, and who can mend it where. */
const LACKS: Record<MachineField, Partial<Record<MachineFieldState, MessageDescriptor>>> = {
	name: { missing: msg`It has no title: write one at the platform.` },
	gtin: {
		missing: msg`No barcode (GTIN): without one machines do not know that it is the same product elsewhere. Enter it at the platform.`,
		wrong: msg`The barcode is no valid GTIN: correct it at the platform.`,
	},
	sku: { missing: msg`No seller code: give it one at the platform.` },
	image: { missing: msg`No picture: add one at the platform.` },
	price: { missing: msg`The platform told no price.`, hidden: msg`The price is not shown to your role.` },
	availability: { missing: msg`The platform did not say whether it can be bought.` },
	url: {
		missing: msg`The platform told no address of its page.`,
		untold: msg`This platform tells no address of its pages: add it yourself.`,
	},
	rating: { missing: msg`Nobody has rated it yet.`, untold: msg`This platform tells us no stars.` },
};

const OWN_WORDS: Record<MachineOwn, MessageDescriptor> = {
	gtin: msg`barcode`,
	brand: msg`brand`,
	material: msg`material`,
	parcel: msg`packed weight and size`,
};

/** How well a machine that compares offers can read one listing, with what is missing and the offer to take along. */
export function ForMachines({ offer: { fields, told, of, ours, jsonLd } }: { offer: MachineReadingView }) {
	const { t, i18n } = useLingui();
	const copy = useMutation({
		mutationFn: () => navigator.clipboard.writeText(jsonLd),
		onSuccess: () => say(t`Copied. It belongs in a script element of the type application/ld+json.`),
		onError: () => say(t`The browser does not let us copy: select the text and copy it yourself.`, { tone: 'problem' }),
	});
	const lacks = MACHINE_FIELDS.flatMap((field) => {
		const words = LACKS[field][fields[field]];
		return words ? [{ field, words, isOpen: fields[field] === 'missing' || fields[field] === 'wrong' }] : [];
	});
	const own = new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(ours.map((part) => i18n._(OWN_WORDS[part])));
	return (
		<details className="for-machines">
			<summary>
				{t`For machines that read offers`} <b className="num">{t`${told} of ${of}`}</b>
			</summary>
			<ul>
				{lacks.map(({ field, words, isOpen }) => (
					<li key={field} className={isOpen ? '' : 'faint'}>
						{i18n._(words)}
					</li>
				))}
				{ours.length > 0 && <li className="faint">{t`From your master data and not from the listing, so not counted: ${own}.`}</li>}
				<li className="faint">{t`Descriptions, brands and attributes of listings are not read, so they are not counted.`}</li>
			</ul>
			{/* What scrolls has to be reachable by keys. */}
			{/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
			<pre tabIndex={0} aria-label={t`The offer as schema.org has it`}>
				{jsonLd}
			</pre>
			<Button size="small" onClick={() => copy.mutate()}>
				{t`Copy for a web page (JSON-LD)`}
			</Button>
		</details>
	);
}
