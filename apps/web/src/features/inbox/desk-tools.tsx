import { CheckOutlined, ClockCircleOutlined, TagOutlined, UndoOutlined, UserAddOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { ConversationRowView } from '@pangea/api';
import { useQuery } from '@tanstack/react-query';
import { Button, Dropdown, Popover } from 'antd';
import { useNow } from '../../clock.tsx';
import { useSession } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { snoozeChoices, type SnoozeName } from './snooze.ts';
import { TagPanel } from './tag-panel.tsx';

export type DeskMenu = 'assign' | 'snooze' | 'tags';

/** What can be changed of conversations, one or many. */
export interface DeskChange {
	done?: boolean;
	/** What was seen of the only one that is closed. */
	seenMessageId?: string | null;
	/** The answer after which it is closed. */
	answerId?: string;
	assigneeId?: string | null;
	/** Who was seen to hold it. */
	heldBy?: string | null;
	snoozedUntil?: string | null;
	addTags?: string[];
	removeTags?: string[];
}

/** Takes a conversation, or gives it back. */
export function takes({ assigneeId }: Pick<ConversationRowView, 'assigneeId'>, userId: string): DeskChange {
	return { assigneeId: assigneeId === userId ? null : userId, heldBy: assigneeId };
}

interface DeskToolsProps {
	/** What the tools work on: the open conversation, or all that are selected. */
	rows: readonly ConversationRowView[];
	narrow: boolean;
	menu: DeskMenu | null;
	onMenu: (menu: DeskMenu | null) => void;
	onChange: (change: DeskChange) => void;
	onDone: (done: boolean) => void;
}

/** Who works on conversations, until when they sleep, their tags, and whether they are done. Each has its key. */
export function DeskTools({ rows, narrow, menu, onMenu, onChange, onDone }: DeskToolsProps) {
	const { t } = useLingui();
	const done = rows.every((row) => row.done);
	const sleeping = rows.some((row) => row.snoozedUntil !== null);
	const toggle =
		(name: DeskMenu) =>
		(open: boolean): void =>
			onMenu(open ? name : null);
	return (
		<>
			<AssignMenu rows={rows} open={menu === 'assign'} onOpen={toggle('assign')} onChange={onChange} />
			{sleeping ? (
				<Button
					size="small"
					icon={<ClockCircleOutlined aria-hidden />}
					aria-label={t`Wake`}
					aria-keyshortcuts="z"
					title={`${t`Wake`} (Z)`}
					onClick={() => onChange({ snoozedUntil: null })}
				/>
			) : (
				<SnoozeMenu rows={rows} open={menu === 'snooze'} onOpen={toggle('snooze')} onChange={onChange} />
			)}
			<Popover
				open={menu === 'tags'}
				onOpenChange={toggle('tags')}
				trigger="click"
				placement="bottomRight"
				destroyOnHidden
				content={<TagPanel rows={rows} onChange={onChange} onClose={() => onMenu(null)} />}
			>
				<Button
					size="small"
					icon={<TagOutlined aria-hidden />}
					aria-label={t`Tags`}
					aria-keyshortcuts="l"
					aria-expanded={menu === 'tags'}
					title={`${t`Tags`} (L)`}
				/>
			</Popover>
			<Button
				size="small"
				icon={done ? <UndoOutlined aria-hidden /> : <CheckOutlined aria-hidden />}
				aria-label={done ? t`Open again` : t`Done`}
				aria-keyshortcuts="e"
				title={`${done ? t`Open again` : t`Done`} (E)`}
				onClick={() => onDone(!done)}
			>
				{!narrow && (done ? t`Open again` : t`Done`)}
			</Button>
		</>
	);
}

interface MenuProps {
	rows: readonly ConversationRowView[];
	open: boolean;
	onOpen: (open: boolean) => void;
	onChange: (change: DeskChange) => void;
}

function AssignMenu({ rows, open, onOpen, onChange }: MenuProps) {
	const { t } = useLingui();
	const { me } = useSession();
	const members = useQuery({ ...trpc.workspace.members.queryOptions(), enabled: open });
	const stores = new Set(rows.map((row) => row.storeId));
	// Only who sees the stores can answer there.
	const able = (members.data?.members ?? []).filter(
		({ storeScope, role }) => role !== 'analyst' && (storeScope === null || [...stores].every((id) => storeScope.includes(id))),
	);
	const others = able.filter((member) => member.userId !== me.userId).toSorted((a, b) => a.name.localeCompare(b.name));
	return (
		<Dropdown
			open={open}
			onOpenChange={onOpen}
			trigger={['click']}
			// The menu, not the page: whoever opened it by a key chooses by keys.
			// oxlint-disable-next-line jsx-a11y/no-autofocus
			autoFocus
			menu={{
				selectable: true,
				selectedKeys: rows.length === 1 ? [rows[0]?.assigneeId ?? 'nobody'] : [],
				items: [
					{ key: me.userId, label: t`Me` },
					{ key: 'nobody', label: t`Nobody` },
					...(others.length > 0 ? [{ type: 'divider' as const }] : []),
					...others.map((member) => ({ key: member.userId, label: member.name })),
				],
				onClick: ({ key }) => {
					onOpen(false);
					onChange({ assigneeId: key === 'nobody' ? null : key });
				},
			}}
		>
			<Button
				size="small"
				icon={<UserAddOutlined aria-hidden />}
				aria-label={t`Assign`}
				aria-keyshortcuts="Shift+a"
				title={`${t`Assign`} (⇧A)`}
			/>
		</Dropdown>
	);
}

function SnoozeMenu({ rows, open, onOpen, onChange }: MenuProps) {
	const { t } = useLingui();
	const now = useNow();
	const words: Record<SnoozeName, string> = {
		hour: t`For an hour`,
		threeHours: t`For three hours`,
		beforeDue: t`Until half an hour before the answer is due`,
		tomorrow: t`Until tomorrow morning`,
		monday: t`Until Monday morning`,
	};
	return (
		<Dropdown
			open={open}
			onOpenChange={onOpen}
			trigger={['click']}
			// The menu, not the page: whoever opened it by a key chooses by keys.
			// oxlint-disable-next-line jsx-a11y/no-autofocus
			autoFocus
			menu={{
				items: snoozeChoices(rows, now).map(({ name, until, tooLate }) => ({
					key: until,
					disabled: tooLate,
					label: (
						<span className="snooze-choice">
							<span>{words[name]}</span>
							<small className="num">{tooLate ? t`after the answer is due` : <When at={until} />}</small>
						</span>
					),
				})),
				onClick: ({ key }) => {
					onOpen(false);
					onChange({ snoozedUntil: key });
				},
			}}
		>
			<Button
				size="small"
				icon={<ClockCircleOutlined aria-hidden />}
				aria-label={t`Snooze`}
				aria-keyshortcuts="z"
				title={`${t`Snooze`} (Z)`}
			/>
		</Dropdown>
	);
}
