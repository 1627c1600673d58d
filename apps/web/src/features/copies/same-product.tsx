import { useLingui } from '@lingui/react/macro';
import type { CopyTargetsView } from '@pangea/api';
import type { CatalogueProduct, ListingDraft } from '@pangea/domain';
import { Checkbox } from 'antd';
import { Picture } from '../catalogue/picture.tsx';

interface SameProductProps {
	of: CatalogueProduct;
	sku: CopyTargetsView['sku'];
	draft: ListingDraft;
	onChange: (part: Partial<ListingDraft>) => void;
}

/** What is sold and what the platform has, side by side: only a person can say that they are the same. */
export function SameProduct({ of: { id, title, brand, imageUrl }, sku, draft, onChange }: SameProductProps) {
	const { t } = useLingui();
	return (
		<section aria-label={t`Is it the same product?`}>
			<h2>{t`Is it the same product?`}</h2>
			<p className="soft">
				{t`The platform's catalogue has a product with this barcode. You would offer on it: title, pictures and description stay as they are there.`}
			</p>
			<div className="copy-same">
				<Side name={t`Your SKU`} imageUrl={sku.imageUrl} title={joined(sku.title, sku.variant)} note={sku.code} />
				<Side name={t`In the catalogue`} imageUrl={imageUrl} title={title} note={joined(brand, id)} />
			</div>
			<Checkbox checked={draft.sameProduct === id} onChange={(event) => onChange({ sameProduct: event.target.checked ? id : null })}>
				{t`I have compared them: it is the same product in the same pack`}
			</Checkbox>
		</section>
	);
}

function joined(...parts: (string | null)[]): string {
	return parts.filter((part) => part !== null && part !== '').join(' · ');
}

function Side({ name, imageUrl, title, note }: { name: string; imageUrl: string | null; title: string; note: string }) {
	return (
		<figure>
			<Picture url={imageUrl} size={96} />
			<figcaption>
				<b className="soft">{name}</b>
				<bdi>{title}</bdi>
				<small className="faint">
					<bdi>{note}</bdi>
				</small>
			</figcaption>
		</figure>
	);
}
