// The focused field is what the person has just opened.
/* oxlint-disable jsx-a11y/no-autofocus */
import { useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { errorSentence } from '../../problems.ts';
import { Refused } from '../entry/sheet.tsx';

interface PasswordFormProps {
	lead: string;
	/** Word on the button. */
	act: string;
	danger?: boolean;
	run: (password: string) => Promise<void>;
}

/** Asks for the password before something about the account changes. */
export function PasswordForm({ lead, act, danger = false, run }: PasswordFormProps) {
	const { t, i18n } = useLingui();
	const attempt = useMutation({ mutationFn: ({ password }: { password: string }) => run(password) });
	return (
		<Form layout="vertical" requiredMark={false} onFinish={(values: { password: string }) => attempt.mutate(values)}>
			<p className="soft lead">{lead}</p>
			<Form.Item
				name="password"
				label={t`Your password`}
				rules={[{ required: true, message: t`The password is missing.` }]}
				validateTrigger="onSubmit"
			>
				<Input.Password autoFocus autoComplete="current-password" />
			</Form.Item>
			{attempt.error && <Refused text={errorSentence(i18n, attempt.error)} />}
			<Button type="primary" danger={danger} htmlType="submit" loading={attempt.isPending}>
				{act}
			</Button>
		</Form>
	);
}
