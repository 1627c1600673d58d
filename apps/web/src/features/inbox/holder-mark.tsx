import { UserOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import { initials } from '../../ui/initials.ts';
import './holder-mark.css';

/** Who holds a conversation. @param name null for somebody whose name one may not know */
export function HolderMark({ name, isMe }: { name: string | null; isMe: boolean }) {
	const { t } = useLingui();
	const words = isMe ? t`Held by you` : name === null ? t`Held by somebody else` : t`Held by ${name}`;
	return (
		<span className={`holder ${isMe ? 'me' : ''}`} title={words}>
			<span aria-hidden>{name === null ? <UserOutlined /> : initials(name)}</span>
			<span className="unseen">{words}</span>
		</span>
	);
}
