import { Trans, useLingui } from '@lingui/react/macro';
import { isRate } from '@pangea/domain';
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
import { SOURCE_WORDS } from './words.ts';

/** The newest rate of every currency with its source, and a place to enter one by hand. */
export function RatesPanel({ base, onClose }: { base: string; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const rates = useQuery(trpc.numbers.rates.queryOptions());
	const mayChange = useMay('stores.manage');
	const language = shownLanguage();
	return (
		<Drawer open onClose={onClose} title={t`Exchange rates`} size={440}>
			<div className="rates">
				<p className="soft">
					<Trans>
						Each order is converted at the rate of its own day. A day without a rate takes the last one before. Nothing is overwritten: a
						corrected rate stands beside the former.
					</Trans>
				</p>
				{rates.error ? (
					<Broken error={rates.error} reset={() => void rates.refetch()} />
				) : rates.isPending ? (
					<Skeleton rows={8} height={30} />
				) : rates.data.length === 0 ? (
					<p className="faint">{t`No rate is known yet.`}</p>
				) : (
					<table>
						<thead>
							<tr>
								<th scope="col">{t`Currency`}</th>
								<th scope="col" className="right">{t`Rate`}</th>
								<th scope="col">{t`Day`}</th>
								<th scope="col">{t`Source`}</th>
							</tr>
						</thead>
						<tbody>
							{rates.data.map((rate) => (
								<tr key={`${rate.currency} ${rate.source}`}>
									<th scope="row">{rate.currency}</th>
									<td className="num right">
										{rate.rate} <small className="faint">/ {rate.against}</small>
									</td>
									<td className="num">{formatDay(language, `${rate.day}T12:00:00Z`, 'UTC')}</td>
									<td className="soft">{i18n._(SOURCE_WORDS[rate.source])}</td>
								</tr>
							))}
						</tbody>
					</table>
				)}
				{mayChange && <HandForm base={base} />}
			</div>
		</Drawer>
	);
}

interface Entered {
	currency: string;
	against: string;
	day: string;
	rate: string;
}

function HandForm({ base }: { base: string }) {
	const { t, i18n } = useLingui();
	const { membership } = useSession();
	const [form] = Form.useForm<Entered>();
	const today = dayIn(useNow(), membership.zone);
	const save = useMutation({
		mutationFn: (entered: Entered) => api.numbers.setRates.mutate({ rates: [{ ...entered, source: 'hand' }] }),
		onSuccess: async () => {
			form.resetFields(['currency', 'rate']);
			await queryClient.invalidateQueries({ queryKey: trpc.numbers.pathKey() });
		},
	});
	const code = { pattern: /^[A-Z]{3}$/, message: t`Three capital letters, such as ARS` };
	return (
		<Form
			form={form}
			layout="vertical"
			initialValues={{ against: base === 'EUR' ? 'USD' : base, day: today }}
			onFinish={(entered) => save.mutate(entered)}
		>
			<h3>{t`Enter a rate by hand`}</h3>
			<div className="pair">
				<Form.Item name="against" label={t`One unit of`} rules={[{ required: true }, code]}>
					<Input maxLength={3} />
				</Form.Item>
				<Form.Item
					name="rate"
					label={t`is so many`}
					rules={[{ required: true }, { validator: plainRate(t`A number above zero, with a point`) }]}
				>
					<Input inputMode="decimal" />
				</Form.Item>
				<Form.Item name="currency" label={t`units of`} rules={[{ required: true }, code]}>
					<Input maxLength={3} placeholder="ARS" />
				</Form.Item>
				<Form.Item
					name="day"
					label={t`from this day on`}
					rules={[{ required: true }, { validator: calendarDay(t`A day such as 2026-11-28`) }]}
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
				{t`Keep this rate`}
			</Button>
		</Form>
	);
}

function plainRate(message: string) {
	return (_: unknown, value: unknown): Promise<void> =>
		typeof value !== 'string' || value === '' || isRate(value) ? Promise.resolve() : Promise.reject(new Error(message));
}

function calendarDay(message: string) {
	return (_: unknown, value: unknown): Promise<void> =>
		typeof value !== 'string' || value === '' || readDay(value) !== null ? Promise.resolve() : Promise.reject(new Error(message));
}
