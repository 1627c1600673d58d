import { useLingui } from '@lingui/react/macro';
import type { PolicyFindingView } from '@pangea/api';
import { Button } from 'antd';
import { ruleWords } from './words.ts';

interface FindingsProps {
	text: string;
	findings: readonly PolicyFindingView[];
	onRewrite: (text: string) => void;
}

/** What the platform's rules find in an answer before it is sent: the rule, where it stands, and what can be done. */
export function Findings({ text, findings, onRewrite }: FindingsProps) {
	const { t, i18n } = useLingui();
	return (
		<ul className="findings" role="alert">
			{findings.map((finding) => {
				const { rule, severity, start, end, rewrite, confirmed, source } = finding;
				return (
					<li key={`${rule} ${start}`} className={severity === 'blocks' ? 'risk' : 'warn'}>
						<b>{i18n._(ruleWords(rule))}</b> <q>{text.slice(start, Math.min(end, start + 60))}</q>
						<small className="faint" title={source}>
							{confirmed ? t`The platform's rule` : t`Not confirmed by the platform's own documents`}
						</small>
						{rewrite !== null && (
							<Button size="small" type="link" onClick={() => onRewrite(text.slice(0, start) + rewrite + text.slice(end))}>
								{rewrite === '' ? t`Take it out` : t`Replace`}
							</Button>
						)}
					</li>
				);
			})}
		</ul>
	);
}
