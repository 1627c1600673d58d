import { Trans, useLingui } from '@lingui/react/macro';
import type { BuyerDataRuleView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, InputNumber } from 'antd';
import { useState } from 'react';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { PlatformMark } from '../../ui/mark.tsx';
import { say } from '../../ui/toast.tsx';

/** Where nobody demands a time, people choose between a day and a year. */
const MOST_DAYS = 365;

export function RulesPanel({ rules }: { rules: readonly BuyerDataRuleView[] }) {
	const { t } = useLingui();
	return (
		<section className="panel">
			<header>
				<h2>{t`How long buyers' data are kept`}</h2>
				<small className="faint">{t`Names, addresses and telephone numbers; counted from delivery or cancellation. Orders and figures stay.`}</small>
			</header>
			<ul className="lines">
				{rules.map((rule) => (
					<Rule key={`${rule.platform} ${rule.days}`} rule={rule} />
				))}
			</ul>
		</section>
	);
}

function Rule({ rule }: { rule: BuyerDataRuleView }) {
	const { t, i18n } = useLingui();
	const { name } = PLATFORMS[rule.platform];
	const mayChoose = useMay('workspace.manage');
	const [days, setDays] = useState<number | null>(rule.days);
	const choose = useMutation(
		trpc.buyerData.choose.mutationOptions({
			onSuccess: () => {
				say(t`Kept. The next nightly run follows it.`);
				void queryClient.invalidateQueries(trpc.buyerData.overview.pathFilter());
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const most = rule.standing === 'platform' ? rule.ruleDays : MOST_DAYS;
	const written = formatNumber(shownLanguage(), rule.ruleDays);
	return (
		<li>
			<div className="who">
				<b>
					<PlatformMark platform={rule.platform} size={16} /> {name}
				</b>
				<small className="soft">
					{rule.standing === 'platform' ? (
						<Trans>The platform demands {written} days at most; it can only be shorter.</Trans>
					) : (
						<Trans>The platform names no time; {written} days are our choice until you make yours.</Trans>
					)}{' '}
					<span className="faint" title={rule.source}>
						{t`since ${rule.from}`}
					</span>
				</small>
			</div>
			{mayChoose ? (
				<form
					className="choose"
					onSubmit={(event) => {
						event.preventDefault();
						if (days !== null) choose.mutate({ platform: rule.platform, days: days === rule.ruleDays ? null : days });
					}}
				>
					<InputNumber
						aria-label={t`Days that buyers' data of ${name} are kept`}
						min={1}
						max={most}
						precision={0}
						value={days}
						suffix={t`days`}
						onChange={setDays}
					/>
					<Button htmlType="submit" disabled={days === null || days === rule.days} loading={choose.isPending}>
						{t`Keep`}
					</Button>
				</form>
			) : (
				<span className="num">
					<Trans>{formatNumber(shownLanguage(), rule.days)} days</Trans>
				</span>
			)}
		</li>
	);
}
