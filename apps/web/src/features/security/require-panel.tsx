import { Plural, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Switch } from 'antd';
import { useId } from 'react';
import { errorSentence } from '../../problems.ts';
import { useSession } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';

/** For owners: whether the workspace lets people in without a second factor. */
export function RequirePanel() {
	const { t, i18n } = useLingui();
	const id = useId();
	const { membership } = useSession();
	const people = useQuery(trpc.workspace.members.queryOptions());
	const without = people.data?.members.filter((member) => !member.secondFactor).length ?? 0;
	const require = useMutation(
		trpc.workspace.requireSecondFactor.mutationOptions({
			onSettled: () => queryClient.invalidateQueries(trpc.session.me.pathFilter()),
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	return (
		<section className="panel">
			<div className="setting">
				<div>
					<h2 id={id}>{t`Everybody in ${membership.name} needs a second factor`}</h2>
					<small className="faint">
						{without === 0 ? (
							t`All members have one.`
						) : (
							<Plural
								value={without}
								one="# member has none yet and is led to set one up before seeing anything."
								other="# members have none yet and are led to set one up before seeing anything."
							/>
						)}
					</small>
				</div>
				<div className="control">
					<Switch
						aria-labelledby={id}
						checked={membership.secondFactorRequired}
						loading={require.isPending}
						onChange={(required) => require.mutate({ required })}
					/>
				</div>
			</div>
		</section>
	);
}
