import { useLingui } from '@lingui/react/macro';
import type { BudgetView } from '@pangea/api';
import { useNow } from '../../clock.tsx';
import { formatNumber, formatRelative } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';

/** How much of the platform's request budget is left: the tightest operation in sight, the others behind it. */
export function Budgets({ budgets, open = false }: { budgets: BudgetView[]; open?: boolean }) {
	const { t } = useLingui();
	const now = useNow();
	const language = shownLanguage();
	const tight = budgets.toSorted((a, b) => a.left / a.burst - b.left / b.burst);
	const [tightest] = tight;
	if (!tightest) return null;
	return (
		<details className="budgets" open={open || undefined}>
			<summary>
				<span>{t`Request budget`}</span>
				<span className="meter" aria-hidden>
					<i style={{ width: `${Math.min(100, (tightest.left / tightest.burst) * 100)}%` }} />
				</span>
				<small className="num soft">
					{formatNumber(language, Math.floor(tightest.left))} / {formatNumber(language, tightest.burst)}
				</small>
			</summary>
			<ul>
				{tight.map((budget) => {
					const blocked = budget.blockedUntil !== null && Date.parse(budget.blockedUntil) > now ? budget.blockedUntil : null;
					const left = formatNumber(language, Math.floor(budget.left));
					const burst = formatNumber(language, budget.burst);
					return (
						<li
							key={budget.operation}
							title={t`${budget.operation}: ${left} of ${burst} requests left, ${formatNumber(language, budget.rate)} come back each second`}
						>
							<code className="cut">{budget.operation}</code>
							<span className="meter" aria-hidden>
								<i style={{ width: `${Math.min(100, (budget.left / budget.burst) * 100)}%` }} />
							</span>
							<small className="num soft">{blocked ? t`again ${formatRelative(language, blocked, now)}` : `${left} / ${burst}`}</small>
						</li>
					);
				})}
			</ul>
		</details>
	);
}
