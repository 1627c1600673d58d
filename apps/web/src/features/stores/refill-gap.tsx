import { useLingui } from '@lingui/react/macro';
import type { GapView } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { errorSentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';

/** Has a gap's window read again, for those who may. */
export function RefillGap({ gap }: { gap: Pick<GapView, 'gapId' | 'state'> }) {
	const { t, i18n } = useLingui();
	const mayOperate = useMay('sync.operate');
	const refill = useMutation(
		trpc.stores.refillGap.mutationOptions({
			onSuccess: () => {
				void queryClient.invalidateQueries(trpc.stores.gaps.pathFilter());
				say(t`The window is being read again.`);
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	if (!mayOperate || gap.state === 'filled') return null;
	return (
		<Button size="small" loading={refill.isPending} onClick={() => refill.mutate({ gapId: gap.gapId })}>
			{t`Read again`}
		</Button>
	);
}
