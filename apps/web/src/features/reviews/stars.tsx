import { useLingui } from '@lingui/react/macro';

/** A rating as its stars; read out as a number. */
export function Stars({ rating }: { rating: number }) {
	const { t } = useLingui();
	return (
		<span className={`review-stars ${rating <= 2 ? 'is-low' : ''}`}>
			<span className="unseen">{t`${rating} of 5 stars`}</span>
			<span aria-hidden>
				{'★'.repeat(rating)}
				<i>{'★'.repeat(5 - rating)}</i>
			</span>
		</span>
	);
}
