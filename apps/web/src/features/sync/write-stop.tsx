import { StopOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Popconfirm, Switch } from 'antd';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { say } from '../../ui/toast.tsx';

function useSetWrites() {
	const { i18n } = useLingui();
	return useMutation(
		trpc.sync.setWrites.mutationOptions({
			onSuccess: () => queryClient.invalidateQueries(trpc.sync.overview.pathFilter()),
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
}

/** Stops every change at every platform, after one question. */
export function StopAll() {
	const { t } = useLingui();
	const set = useSetWrites();
	return (
		<Popconfirm
			title={t`Stop all changes at the platforms?`}
			description={t`Within a second nothing is changed at any platform any more. Reading goes on.`}
			okText={t`Stop all changes`}
			okButtonProps={{ danger: true }}
			cancelText={t`Cancel`}
			placement="bottomRight"
			onConfirm={() => set.mutate({ storeId: null, allowed: false })}
		>
			<Button size="small" danger icon={<StopOutlined aria-hidden />} aria-label={t`Stop all changes …`} loading={set.isPending}>
				<span className="wide">{t`Stop all changes …`}</span>
			</Button>
		</Popconfirm>
	);
}

/** Says since when nothing may be changed at any platform. */
export function AllStopped({ since, mayOperate }: { since: string; mayOperate: boolean }) {
	const { t } = useLingui();
	const set = useSetWrites();
	return (
		<Alert
			type="warning"
			showIcon
			title={t`Changes at all platforms are stopped`}
			description={
				<>
					{t`Nothing is changed at any platform; orders are read as ever. Since:`} <When at={since} />
				</>
			}
			action={
				mayOperate && (
					<Button size="small" loading={set.isPending} onClick={() => set.mutate({ storeId: null, allowed: true })}>
						{t`Allow changes again`}
					</Button>
				)
			}
		/>
	);
}

/** Whether anything may be changed at the platform for one store. */
export function StoreWrites({ storeId, stoppedAt, mayOperate }: { storeId: string; stoppedAt: string | null; mayOperate: boolean }) {
	const { t } = useLingui();
	const set = useSetWrites();
	return (
		<section className="writes">
			<h3>{t`Changes at the platform`}</h3>
			<p className="row">
				<Switch
					size="small"
					checked={stoppedAt === null}
					disabled={!mayOperate}
					loading={set.isPending}
					aria-label={t`Allow changes at the platform for this store`}
					onChange={(allowed) => set.mutate({ storeId, allowed })}
				/>
				{stoppedAt === null ? (
					<span>{t`allowed`}</span>
				) : (
					<span className="warn">
						{t`stopped since`} <When at={stoppedAt} />
					</span>
				)}
			</p>
		</section>
	);
}
