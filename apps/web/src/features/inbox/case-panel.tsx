import { ExportOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import { type CaseFacts, type PlatformId, PLATFORMS } from '@pangea/domain';
import { useNow } from '../../clock.tsx';
import { When } from '../../ui/figures.tsx';
import { RETURN_KIND_WORDS, RETURN_STATE_WORDS } from '../../words.ts';
import { CASE_ACTION_WORDS, CASE_STAGE_WORDS } from './words.ts';
import './case-panel.css';

const DAY = 86_400_000;

interface CasePanelProps {
	facts: CaseFacts;
	platform: PlatformId;
	/** Where a person goes on with it; null where no place is known. */
	sellerCentre: string | null;
	storeZone: string | undefined;
}

/** Where a claim or case stands, what the platform lists as open to us, and where that is done. */
export function CasePanel({ facts, platform, sellerCentre, storeZone }: CasePanelProps) {
	const { t, i18n } = useLingui();
	const now = useNow();
	const { kind, state, rawStatus, stage, reason, turn, dueAt, hasMediator, answersGoTo, actions } = facts;
	const left = dueAt === null ? Infinity : Date.parse(dueAt) - now;
	const stageWords = stage === null ? undefined : CASE_STAGE_WORDS[stage];
	const name = PLATFORMS[platform].name;
	return (
		<section className="case-panel" aria-label={t`Where the case stands`}>
			<p className="case-head">
				<b>{i18n._(RETURN_KIND_WORDS[kind])}</b> {/* What waits for the mediator waits for no answer of ours. */}
				{(state !== 'requested' || turn !== 'nobody') && <span>{i18n._(RETURN_STATE_WORDS[state])}</span>}
				<small className="raw">{rawStatus}</small>
				{stageWords ? <span className="soft">{i18n._(stageWords)}</span> : stage !== null && <small className="raw">{stage}</small>}
				{reason !== null && <bdi className="faint cut">{reason}</bdi>}
				<span className="grow" />
				{dueAt !== null && (
					<span className={left < 0 ? 'risk' : left < DAY ? 'warn' : ''}>
						{t`The platform wants it by`} <When at={dueAt} storeZone={storeZone} />
					</span>
				)}
			</p>
			{actions.length > 0 && (
				<p className="case-actions">
					<span className="soft">{t`Open to you at the platform:`}</span>
					{actions.map((action) => {
						const words = CASE_ACTION_WORDS[action.name];
						return (
							<span key={action.name} className={action.mandatory ? 'case-action must' : 'case-action'}>
								{words ? i18n._(words) : <code>{action.name}</code>}
								{action.mandatory && <small> · {t`required`}</small>}
							</span>
						);
					})}
				</p>
			)}
			<p className="case-foot soft">
				{answersGoTo === 'mediator' && <span>{t`What you write here goes to the mediator.`}</span>}
				{answersGoTo === 'buyer' && <span>{t`What you write here goes to the buyer. A mediator who joins reads it too.`}</span>}
				{answersGoTo === null && hasMediator && <span>{t`The platform's mediator is in it.`}</span>}
				{sellerCentre !== null && (
					<a href={sellerCentre} target="_blank" rel="noreferrer">
						{t`Open the seller centre of ${name}`} <ExportOutlined aria-hidden />
					</a>
				)}
			</p>
		</section>
	);
}
