import { CopyOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import { Button, Input } from 'antd';
import { say } from './toast.tsx';

/** A text to be copied whole. */
export function CopyRow({ text, label }: { text: string; label: string }) {
	const { t } = useLingui();
	const copy = () =>
		void navigator.clipboard.writeText(text).then(
			() => say(t`Copied`),
			() => say(t`The browser does not allow copying.`, { tone: 'problem' }),
		);
	return (
		<div className="link-row">
			<Input readOnly size="small" value={text} aria-label={label} onFocus={(event) => event.target.select()} />
			<Button size="small" icon={<CopyOutlined aria-hidden />} onClick={copy} aria-label={t`Copy`} />
		</div>
	);
}
