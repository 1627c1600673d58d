import { useLingui } from '@lingui/react/macro';
import type { PolicyFindingView } from '@pangea/api';
import { rewritten } from '@pangea/domain';
import { Button } from 'antd';
import { Key } from '../../ui/key.tsx';
import { ruleWords } from './words.ts';

interface FindingsProps {
	text: string;
	findings: readonly PolicyFindingView[];
	onRewrite: (text: string) => void;
}

/** What the platform's rules find in an answer before it is sent: the rule, where it stands, who says so, and what can be done. */
export function Findings({ text, findings, onRewrite }: FindingsProps) {
	const { t, i18n } = useLingui();
	const all = mended(text, findings);
	return (
		<div role="alert">
			<ul className="findings">
				{findings.map((finding) => {
					const { rule, severity, start, end, rewrite, confirmed, source } = finding;
					const standing = confirmed ? t`The platform's rule` : t`Not confirmed by the platform's own documents`;
					return (
						<li key={`${rule} ${start}`} className={severity === 'blocks' ? 'risk' : 'warn'}>
							<b>{i18n._(ruleWords(rule))}</b> <q>{text.slice(start, Math.min(end, start + 60))}</q>
							<small className="faint" title={source}>
								{source.startsWith('https://') ? (
									<a href={source} target="_blank" rel="noreferrer">
										{standing}
									</a>
								) : (
									standing
								)}
							</small>
							{rewrite !== null && (
								<Button size="small" type="link" onClick={() => onRewrite(text.slice(0, start) + rewrite + text.slice(end))}>
									{rewrite === '' ? t`Take it out` : t`Replace by “${rewrite}”`}
								</Button>
							)}
						</li>
					);
				})}
				{all !== null && (
					<li className="all">
						<Button size="small" aria-keyshortcuts="Control+Enter Meta+Enter" onClick={() => onRewrite(all)}>
							{t`Take the offered rewrites`}
						</Button>{' '}
						<Key of="Mod+Enter" />
					</li>
				)}
			</ul>
		</div>
	);
}

/** A text with all rewrites that are offered; null where none is. */
export function mended(text: string, findings: readonly PolicyFindingView[]): string | null {
	if (findings.every(({ rewrite }) => rewrite === null)) return null;
	return rewritten(
		text,
		findings.map(({ rewrite, ...finding }) => ({ ...finding, ...(rewrite !== null && { rewrite }) })),
	);
}
