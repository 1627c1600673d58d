// The focused field is what the person has just opened.
/* oxlint-disable jsx-a11y/no-autofocus */
import { useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, QRCode } from 'antd';
import { useState } from 'react';
import { beginSecondFactor, type Enrolment as Begun, proveCode } from '../../auth.ts';
import { errorSentence } from '../../problems.ts';
import { Refused } from '../entry/sheet.tsx';
import { BackupCodes } from './backup-codes.tsx';
import { PasswordForm } from './password-form.tsx';
import './security.css';

/** Password, then the QR code and a first code as proof, then the backup codes. The secret is shown here only and leaves with the component. */
export function Enrolment({ onDone }: { onDone: () => void }) {
	const { t } = useLingui();
	const [begun, setBegun] = useState<Begun | null>(null);
	const [proved, setProved] = useState(false);
	if (begun === null)
		return (
			<PasswordForm
				lead={t`You need an authenticator app, such as Microsoft Authenticator, Google Authenticator or 1Password.`}
				act={t`Go on`}
				run={async (password) => setBegun(await beginSecondFactor(password))}
			/>
		);
	if (!proved) return <Prove begun={begun} onProved={() => setProved(true)} />;
	return <BackupCodes codes={begun.backupCodes} onDone={onDone} />;
}

function Prove({ begun, onProved }: { begun: Begun; onProved: () => void }) {
	const { t, i18n } = useLingui();
	const prove = useMutation({ mutationFn: ({ code }: { code: string }) => proveCode(code.replaceAll(/\s/g, '')), onSuccess: onProved });
	return (
		<div className="enrol">
			{/* Cameras read dark on light, whatever the theme. It is drawn in SVG, so no img element can name it. */}
			{/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
			<div className="qr" role="img" aria-label={t`QR code for the authenticator app`}>
				<QRCode value={begun.uri} size={176} color="#000" bgColor="#fff" bordered={false} errorLevel="M" type="svg" />
			</div>
			<div>
				<p>{t`Scan this with the app. Where you cannot scan, type this key instead:`}</p>
				<code className="secret">{begun.secret.match(/.{1,4}/g)?.join(' ')}</code>
				<Form layout="vertical" requiredMark={false} onFinish={(values: { code: string }) => prove.mutate(values)}>
					<Form.Item
						name="code"
						label={t`The six digits that the app shows now`}
						rules={[{ required: true, whitespace: true, message: t`The code is missing.` }]}
						validateTrigger="onSubmit"
					>
						<Input className="code" autoFocus autoComplete="one-time-code" inputMode="numeric" maxLength={8} />
					</Form.Item>
					{prove.error && <Refused text={errorSentence(i18n, prove.error)} />}
					<Button type="primary" htmlType="submit" loading={prove.isPending}>
						{t`Switch on`}
					</Button>
				</Form>
			</div>
		</div>
	);
}
