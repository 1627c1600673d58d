import { useLingui } from '@lingui/react/macro';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useKeys } from '../../keys.ts';
import { useMay } from '../../session.tsx';

const CarryDrawer = lazy(async () => ({ default: (await import('./carry-drawer.tsx')).CarryDrawer }));

/** Opens where reviews of a SKU can be taken along to; not there for who may not put goods into other stores. */
export function CarryButton({ skuId, size }: { skuId: string; size?: 'small' }) {
	const { t } = useLingui();
	const may = useMay('catalogue.publish');
	const [open, setOpen] = useState(false);
	useKeys({ c: () => setOpen(true) }, may);
	if (!may) return null;
	return (
		<>
			<Button {...(size && { size })} onClick={() => setOpen(true)} aria-keyshortcuts="c">
				{t`Take reviews along`}
			</Button>
			{open && (
				<Suspense fallback={null}>
					<CarryDrawer skuId={skuId} onClose={() => setOpen(false)} />
				</Suspense>
			)}
		</>
	);
}
