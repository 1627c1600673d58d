import { DeleteOutlined, LinkOutlined, StarOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Popover } from 'antd';
import { useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import './saved-views.css';

interface SavedViewsProps {
	screen: 'orders' | 'numbers';
	/** What a view says that is saved now. */
	query: Readonly<Record<string, string>>;
	/** The view that is shown. */
	viewId: string | undefined;
	/** Said where there is none. */
	empty: string;
	onChoose: (query: Readonly<Record<string, unknown>>, viewId: string) => void;
}

/** Filters by name. A view is only a name for an address: whoever has the link needs no view. */
export function SavedViews(props: SavedViewsProps) {
	const { t } = useLingui();
	const [open, setOpen] = useState(false);
	const views = useQuery(trpc.views.list.queryOptions({ screen: props.screen }));
	const current = views.data?.find((view) => view.viewId === props.viewId);
	return (
		<Popover
			open={open}
			onOpenChange={setOpen}
			trigger="click"
			placement="bottom"
			destroyOnHidden
			content={<Panel {...props} onClose={() => setOpen(false)} />}
		>
			<Button size="small" icon={<StarOutlined aria-hidden />} className={current ? 'set' : 'unset'}>
				{current?.name ?? t`Views`}
			</Button>
		</Popover>
	);
}

function Panel({ screen, query, empty, onChoose, onClose }: SavedViewsProps & { onClose: () => void }) {
	const { t, i18n } = useLingui();
	const [name, setName] = useState('');
	const [shared, setShared] = useState(false);
	const views = useQuery(trpc.views.list.queryOptions({ screen }));
	const settled = {
		onSuccess: () => queryClient.invalidateQueries(trpc.views.list.pathFilter()),
		onError: (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' }),
	};
	const save = useMutation(trpc.views.save.mutationOptions(settled));
	const remove = useMutation(trpc.views.remove.mutationOptions(settled));
	const submit = () => {
		if (name.trim() === '' || save.isPending) return;
		save.mutate(
			{ screen, name: name.trim(), shared, query: { ...query } },
			{
				onSuccess: ({ viewId }) => {
					onChoose(query, viewId);
					onClose();
				},
			},
		);
	};
	const copy = () =>
		void navigator.clipboard.writeText(location.href).then(
			() => say(t`Link copied`),
			() => say(t`The browser does not allow copying; the link is in the address bar.`, { tone: 'problem' }),
		);
	return (
		<div className="views">
			{(views.data ?? []).map((view) => (
				<div key={view.viewId} className="view">
					<button
						type="button"
						onClick={() => {
							onChoose(view.query, view.viewId);
							onClose();
						}}
					>
						{view.name}
						{view.shared && <small>{view.mine ? t`shared by you` : t`shared`}</small>}
					</button>
					{view.mine && (
						<Button
							size="small"
							type="text"
							icon={<DeleteOutlined aria-hidden />}
							aria-label={t`Remove the view ${view.name}`}
							onClick={() => remove.mutate({ viewId: view.viewId })}
						/>
					)}
				</div>
			))}
			{views.data?.length === 0 && <p className="faint">{empty}</p>}
			<form
				onSubmit={(event) => {
					event.preventDefault();
					submit();
				}}
			>
				<Input
					size="small"
					value={name}
					maxLength={80}
					placeholder={t`Name of this filter`}
					aria-label={t`Name of this filter`}
					onChange={(event) => setName(event.target.value)}
				/>
				<Checkbox checked={shared} onChange={(event) => setShared(event.target.checked)}>
					{t`For everybody here`}
				</Checkbox>
				<div className="buttons">
					<Button size="small" type="primary" htmlType="submit" loading={save.isPending} disabled={name.trim() === ''}>
						{t`Save view`}
					</Button>
					<Button size="small" icon={<LinkOutlined aria-hidden />} onClick={copy}>
						{t`Copy link`}
					</Button>
				</div>
			</form>
		</div>
	);
}
