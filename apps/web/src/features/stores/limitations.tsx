import { InfoCircleOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { PlatformView } from '@pangea/api';
import { Button, Popover } from 'antd';
import { LIMITATION_WORDS } from './words.ts';

/** What the platform does not offer, said once and plainly, with where it says so. */
export function Limitations({ platform }: { platform: PlatformView }) {
	const { t, i18n } = useLingui();
	if (platform.limitations.length === 0) return null;
	return (
		<Popover
			trigger="click"
			placement="bottomRight"
			content={
				<ul className="limits">
					{platform.limitations.map((limit) => {
						const words = LIMITATION_WORDS[`${limit.subject}.${limit.level}`];
						return (
							<li key={`${limit.subject}.${limit.level}`}>
								{words ? i18n._(words) : `${limit.subject}: ${limit.level}`}{' '}
								<a href={limit.link} target="_blank" rel="noreferrer">
									{t`Source`}
								</a>
							</li>
						);
					})}
				</ul>
			}
		>
			<Button size="small" type="text" icon={<InfoCircleOutlined aria-hidden />}>
				{t`What it does not offer`}
			</Button>
		</Popover>
	);
}
