import {
	AppstoreOutlined,
	ExportOutlined,
	LineChartOutlined,
	MessageOutlined,
	ShopOutlined,
	StarOutlined,
	TagsOutlined,
	TeamOutlined,
	UnorderedListOutlined,
} from '@ant-design/icons';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Permission } from '@pangea/domain';
import type { ComponentType } from 'react';

export interface Place {
	to: '/' | '/orders' | '/inbox' | '/catalogue' | '/reviews' | '/numbers' | '/stores' | '/members' | '/exports';
	word: MessageDescriptor;
	/** Second key after `g`. */
	key: string;
	icon: ComponentType;
	/** Without it nobody is led there. */
	permission?: Permission;
	/** The bar of a phone has no room for it; the screens that lead there do. */
	wideOnly?: boolean;
}

/** The places there are. One more line makes one more place. */
export const PLACES: readonly Place[] = [
	{ to: '/', word: msg`Today`, key: 't', icon: AppstoreOutlined },
	{ to: '/orders', word: msg`Orders`, key: 'o', icon: UnorderedListOutlined },
	{ to: '/inbox', word: msg`Inbox`, key: 'i', icon: MessageOutlined, permission: 'inbox.read' },
	{ to: '/catalogue', word: msg`Catalogue`, key: 'c', icon: TagsOutlined, permission: 'catalogue.read' },
	{ to: '/reviews', word: msg`Reviews`, key: 'r', icon: StarOutlined, permission: 'catalogue.read', wideOnly: true },
	{ to: '/numbers', word: msg`Numbers`, key: 'n', icon: LineChartOutlined, permission: 'numbers.read' },
	{ to: '/stores', word: msg`Stores`, key: 'b', icon: ShopOutlined },
	{ to: '/members', word: msg`Members`, key: 'm', icon: TeamOutlined, permission: 'members.read' },
	{ to: '/exports', word: msg`Exports`, key: 'e', icon: ExportOutlined, wideOnly: true },
];
