import { CopyOutlined, DownloadOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import { Button } from 'antd';
import { say } from '../../ui/toast.tsx';

/** The codes for when the telephone is lost, shown once. */
export function BackupCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
	const { t } = useLingui();
	const text = codes.join('\n');
	const copy = () =>
		void navigator.clipboard.writeText(text).then(
			() => say(t`Codes copied`),
			() => say(t`The browser does not allow copying.`, { tone: 'problem' }),
		);
	return (
		<div className="backup-codes">
			<p>{t`Keep these codes where you find them without the telephone. Each lets you in once. They are shown only now.`}</p>
			<ol className="num">
				{codes.map((code) => (
					<li key={code}>
						<code>{code}</code>
					</li>
				))}
			</ol>
			<div className="row">
				<Button icon={<CopyOutlined aria-hidden />} onClick={copy}>
					{t`Copy`}
				</Button>
				<Button
					icon={<DownloadOutlined aria-hidden />}
					href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
					download="pangea-codes.txt"
				>
					{t`Save as a file`}
				</Button>
				<span className="grow" />
				<Button type="primary" onClick={onDone}>
					{t`I have kept them`}
				</Button>
			</div>
		</div>
	);
}
