// The focused field is what the person has just opened.
/* oxlint-disable jsx-a11y/no-autofocus */
import { useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input } from 'antd';
import { useState } from 'react';
import { AuthError, proveBackupCode, proveCode } from '../../auth.ts';
import { errorSentence } from '../../problems.ts';
import { Refused, Sheet } from './sheet.tsx';

/** Codes after which there is nothing to try again here: the password has to be entered once more. */
const OVER = ['INVALID_TWO_FACTOR_COOKIE', 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE'];

interface Values {
	code: string;
	trust: boolean;
}

/** After the password: the code from the telephone, or one of those kept for when it is lost. */
export function SecondStep({ onIn, onBack }: { onIn: () => Promise<void>; onBack: () => void }) {
	const { t, i18n } = useLingui();
	const [by, setBy] = useState<'telephone' | 'backup'>('telephone');
	const attempt = useMutation({
		mutationFn: async ({ code, trust }: Values) => {
			await (by === 'telephone' ? proveCode(code.replaceAll(/\s/g, ''), trust) : proveBackupCode(code.trim(), trust));
			await onIn();
		},
	});
	const over = attempt.error instanceof AuthError && OVER.includes(attempt.error.code);
	const other = () => {
		attempt.reset();
		setBy(by === 'telephone' ? 'backup' : 'telephone');
	};
	return (
		<Sheet
			title={t`Second step`}
			lead={
				by === 'telephone'
					? t`Type the six digits that your authenticator app shows for Pangea.`
					: t`Type one of the codes you kept for when the telephone is lost. Each works once.`
			}
		>
			<Form
				key={by}
				layout="vertical"
				requiredMark={false}
				initialValues={{ trust: false }}
				onFinish={(values: Values) => attempt.mutate(values)}
			>
				<Form.Item
					name="code"
					label={by === 'telephone' ? t`Code` : t`Backup code`}
					rules={[{ required: true, whitespace: true, message: t`The code is missing.` }]}
					validateTrigger="onSubmit"
				>
					<Input
						className="code"
						size="large"
						autoFocus
						autoComplete="one-time-code"
						inputMode={by === 'telephone' ? 'numeric' : 'text'}
						maxLength={by === 'telephone' ? 8 : 20}
					/>
				</Form.Item>
				<Form.Item name="trust" valuePropName="checked">
					<Checkbox>{t`Do not ask on this device for 30 days`}</Checkbox>
				</Form.Item>
				{attempt.error && <Refused text={errorSentence(i18n, attempt.error)} />}
				{over ? (
					<Button type="primary" size="large" block onClick={onBack}>
						{t`Back to the password`}
					</Button>
				) : (
					<Button type="primary" htmlType="submit" size="large" block loading={attempt.isPending}>
						{t`Sign in`}
					</Button>
				)}
			</Form>
			<Button type="text" block onClick={other}>
				{by === 'telephone' ? t`I do not have the telephone` : t`Use the telephone`}
			</Button>
		</Sheet>
	);
}
