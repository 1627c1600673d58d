import { Plural, useLingui } from '@lingui/react/macro';
import type { SecurityView } from '@pangea/api';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { endSecondFactor, newBackupCodes } from '../../auth.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import { BackupCodes } from './backup-codes.tsx';
import { Enrolment } from './enrolment.tsx';
import { PasswordForm } from './password-form.tsx';

const refresh = async () => {
	await queryClient.invalidateQueries(trpc.session.pathFilter());
	await queryClient.invalidateQueries(trpc.workspace.members.pathFilter());
};

type Doing = 'begin' | 'codes' | 'end' | null;

export function SecondFactorPanel({ security }: { security: SecurityView }) {
	const { t } = useLingui();
	const [doing, setDoing] = useState<Doing>(null);
	const [codes, setCodes] = useState<string[] | null>(null);
	const close = () => {
		setDoing(null);
		setCodes(null);
		void refresh();
	};
	return (
		<section className="panel">
			<div className="setting">
				<div>
					<h2>{t`Second factor`}</h2>
					<small className="faint">
						{security.secondFactor
							? t`Signing in asks for a code from your authenticator app after the password.`
							: t`Then a stolen password alone opens nothing: signing in also asks for a code from an app on your telephone.`}
					</small>
				</div>
				<div className="control">
					<b className={security.secondFactor ? 'on' : 'soft'}>{security.secondFactor ? t`On` : t`Off`}</b>
					{security.secondFactor ? (
						<Button onClick={() => setDoing('end')}>{t`Switch off`}</Button>
					) : (
						<Button type="primary" onClick={() => setDoing('begin')}>{t`Set up`}</Button>
					)}
				</div>
			</div>
			{security.secondFactor && (
				<div className="setting">
					<div>
						<h2>{t`Backup codes`}</h2>
						<small className="faint">
							<Plural
								value={security.backupCodesLeft}
								one="# code is left for when the telephone is lost"
								other="# codes are left for when the telephone is lost"
							/>
						</small>
					</div>
					<div className="control">
						<Button onClick={() => setDoing('codes')}>{t`Make new ones`}</Button>
					</div>
				</div>
			)}
			<Modal open={doing === 'begin'} title={t`Set up a second factor`} footer={null} destroyOnHidden onCancel={close}>
				<Enrolment
					onDone={() => {
						say(t`The second factor is on`);
						close();
					}}
				/>
			</Modal>
			<Modal open={doing === 'codes'} title={t`New backup codes`} footer={null} destroyOnHidden onCancel={close}>
				{codes ? (
					<BackupCodes codes={codes} onDone={close} />
				) : (
					<PasswordForm
						lead={t`The former codes are then good for nothing.`}
						act={t`Make new ones`}
						run={async (password) => setCodes(await newBackupCodes(password))}
					/>
				)}
			</Modal>
			<Modal open={doing === 'end'} title={t`Switch the second factor off?`} footer={null} destroyOnHidden onCancel={close}>
				<PasswordForm
					lead={t`Your password alone then opens your account. Workspaces that ask for a second factor stay shut to you.`}
					act={t`Switch off`}
					danger
					run={async (password) => {
						await endSecondFactor(password);
						say(t`The second factor is off`);
						close();
					}}
				/>
			</Modal>
		</section>
	);
}
