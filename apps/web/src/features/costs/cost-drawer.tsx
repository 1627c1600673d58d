import { UndoOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { CostWordView } from '@pangea/api';
import { isCurrency, LONGEST_SKU } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Drawer, Form, Input } from 'antd';
import { useNow } from '../../clock.tsx';
import { dayIn, readDay } from '../../day.ts';
import { formatDay } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useMay, useSession } from '../../session.tsx';
import { api, queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { Amount, When } from '../../ui/figures.tsx';
import { say } from '../../ui/toast.tsx';

interface CostDrawerProps {
	/** Null: still to be named. */
	sku: string | null;
	onOpen: (sku: string) => void;
	onClose: () => void;
}

/** What one SKU costs and cost, word for word, and a place to state the next. */
export function CostDrawer({ sku, onOpen, onClose }: CostDrawerProps) {
	const { t } = useLingui();
	const mayChange = useMay('stores.manage');
	return (
		<Drawer open onClose={onClose} title={sku ?? t`State a cost`} size={480}>
			<div className="cost-drawer">
				{mayChange && <CostForm sku={sku} onOpen={onOpen} />}
				{sku !== null && <Words sku={sku} mayChange={mayChange} />}
			</div>
		</Drawer>
	);
}

function invalidate(): Promise<void> {
	return queryClient.invalidateQueries({ queryKey: trpc.costs.pathKey() });
}

function Words({ sku, mayChange }: { sku: string; mayChange: boolean }) {
	const { t } = useLingui();
	const words = useQuery(trpc.costs.history.queryOptions({ sellerSku: sku }));
	if (words.error) return <Broken error={words.error} reset={() => void words.refetch()} />;
	if (words.isPending) return <Skeleton rows={4} height={44} />;
	return (
		<section>
			<h3>{t`What was stated`}</h3>
			{words.data.length === 0 ? (
				<p className="faint">{t`Nobody has stated a cost of this SKU.`}</p>
			) : (
				<ul className="words">
					{words.data.map((word) => (
						<Word key={`${word.validFrom} ${word.recordedAt}`} sku={sku} word={word} mayChange={mayChange} />
					))}
				</ul>
			)}
		</section>
	);
}

function Word({ sku, word, mayChange }: { sku: string; word: CostWordView; mayChange: boolean }) {
	const { t, i18n } = useLingui();
	const back = useMutation({
		mutationFn: () => api.costs.takeBack.mutate({ sellerSku: sku, validFrom: word.validFrom }),
		onSuccess: invalidate,
		onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
	});
	const day = formatDay(shownLanguage(), `${word.validFrom}T12:00:00Z`, 'UTC');
	return (
		<li className={word.counts && word.amount !== null ? '' : 'former'}>
			<div>
				<b className="num">{t`from ${day}`}</b>
				<small className="faint">
					{word.recordedBy ?? t`Somebody`} · <When at={word.recordedAt} />
				</small>
			</div>
			<div className="num right">
				{word.amount === null ? <span className="soft">{t`Taken back`}</span> : <Amount money={word.amount} />}
				{word.inbound !== null && (
					<small className="faint">
						+ <Amount money={word.inbound} /> {t`inbound`}
					</small>
				)}
			</div>
			{mayChange && word.counts && word.amount !== null && (
				<Button
					size="small"
					type="text"
					icon={<UndoOutlined aria-hidden />}
					loading={back.isPending}
					onClick={() => back.mutate()}
					aria-label={t`Take back the cost from ${day}`}
					title={t`Take back the cost from ${day}`}
				/>
			)}
		</li>
	);
}

interface Entered {
	sellerSku: string;
	validFrom: string;
	amount: string;
	currency: string;
	inbound?: string;
}

const AMOUNT = /^\d{1,15}(\.\d{1,4})?$/;

function CostForm({ sku, onOpen }: { sku: string | null; onOpen: (sku: string) => void }) {
	const { t, i18n } = useLingui();
	const { membership } = useSession();
	const [form] = Form.useForm<Entered>();
	const today = dayIn(useNow(), membership.zone);
	const save = useMutation({
		mutationFn: ({ inbound, ...entered }: Entered) =>
			api.costs.set.mutate({ ...entered, inbound: inbound === undefined || inbound === '' ? null : inbound }),
		onSuccess: async (_, { sellerSku }) => {
			form.resetFields(['amount', 'inbound']);
			await invalidate();
			if (sku === null) onOpen(sellerSku.trim());
		},
	});
	const plain = { pattern: AMOUNT, message: t`A number with a point, such as 12.50` };
	return (
		<Form
			form={form}
			layout="vertical"
			initialValues={{ sellerSku: sku ?? '', validFrom: today, currency: membership.baseCurrency }}
			onFinish={(entered) => save.mutate(entered)}
		>
			<p className="soft">
				<Trans>A cost holds from its day until a later one is stated. Nothing is overwritten: what was said before stays to be seen.</Trans>
			</p>
			<Form.Item name="sellerSku" label={t`Seller SKU`} rules={[{ required: true, whitespace: true }]} hidden={sku !== null}>
				<Input maxLength={LONGEST_SKU} />
			</Form.Item>
			<div className="pair">
				<Form.Item name="amount" label={t`Cost of one unit`} rules={[{ required: true }, plain]}>
					<Input inputMode="decimal" />
				</Form.Item>
				<Form.Item name="inbound" label={t`Inbound shipping of one unit`} rules={[plain]}>
					<Input inputMode="decimal" placeholder={t`if it is known`} />
				</Form.Item>
				<Form.Item
					name="currency"
					label={t`Currency`}
					rules={[{ required: true }, { validator: fits(isCurrency, t`Three capital letters, such as CNY`) }]}
				>
					<Input maxLength={3} />
				</Form.Item>
				<Form.Item
					name="validFrom"
					label={t`Holds from`}
					rules={[{ required: true }, { validator: fits((text) => readDay(text) !== null, t`A day such as 2026-11-28`) }]}
				>
					<Input maxLength={10} />
				</Form.Item>
			</div>
			{save.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, save.error)}
				</p>
			)}
			<Button type="primary" htmlType="submit" loading={save.isPending}>
				{t`Keep this cost`}
			</Button>
		</Form>
	);
}

function fits(isRight: (text: string) => boolean, message: string) {
	return (_: unknown, value: unknown): Promise<void> =>
		typeof value !== 'string' || value === '' || isRight(value) ? Promise.resolve() : Promise.reject(new Error(message));
}
