import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { StoreView } from '@pangea/api';
import {
	type AuditField,
	type AuditValue,
	CHANNEL_KINDS,
	FIELDS,
	isAuditAction,
	isPlatformId,
	PLATFORMS,
	REVEAL_REASONS,
	ROLES,
} from '@pangea/domain';
import { formatInstant, formatNumber } from '../../format.ts';
import type { Language } from '../../preferences.ts';
import { storeLabel } from '../../ui/site.tsx';
import { CONNECTION_WORDS, FLAG_WORDS, REASON_WORDS, ROLE_WORDS, SEEN_WORDS } from '../../words.ts';
import { FLAGS } from '../orders/filter.ts';
import { CHANNEL_WORDS } from '../notices/words.ts';
import { FIELD_WORDS } from '../stores/words.ts';
import { ACTION_WORDS, WAY_WORDS } from './words.ts';

export interface Teller {
	i18n: I18n;
	language: Language;
	zone: string;
	now: number;
	stores: ReadonlyMap<string, StoreView>;
	people: ReadonlyMap<string, string>;
}

/** What somebody did, in words; the word of a newer server as it is. */
export function tellAction({ i18n }: Pick<Teller, 'i18n'>, action: string): string {
	return isAuditAction(action) ? i18n._(ACTION_WORDS[action]) : action;
}

/** A value of a record as a person reads it. */
export function tellValue(by: Teller, field: AuditField, value: AuditValue): string {
	const { i18n, language } = by;
	if (value === null) return i18n._(field === 'storeScope' ? msg`All stores` : msg`none`);
	if (typeof value === 'boolean') return i18n._(value ? msg`yes` : msg`no`);
	if (typeof value === 'number') return formatNumber(language, value);
	if (typeof value !== 'string')
		return value.length === 0
			? i18n._(msg`none`)
			: value.map((item) => tellText(by, field === 'storeScope' ? 'store' : field, item)).join(', ');
	return tellText(by, field, value);
}

function tellText(by: Teller, field: AuditField, text: string): string {
	const { i18n } = by;
	switch (field) {
		case 'store': {
			const store = by.stores.get(text);
			return store ? storeLabel(store) : i18n._(msg`a store outside yours`);
		}
		case 'member':
			return by.people.get(text) ?? text;
		case 'action':
			return tellAction(by, text);
		case 'platform':
			return isPlatformId(text) ? PLATFORMS[text].name : text;
		case 'from':
		case 'until':
			return Number.isNaN(Date.parse(text)) ? text : formatInstant(by.language, text, by.zone, by.now);
		default: {
			const word = wordOf(field, text);
			return word ? i18n._(word) : text;
		}
	}
}

function wordOf(field: AuditField, text: string) {
	if (field === 'role') return ROLE_WORDS[ROLES.find((role) => role === text) ?? 'owner'];
	if (field === 'flag') return FLAG_WORDS[FLAGS.find((flag) => flag === text) ?? 'red'];
	if (field === 'way') return WAY_WORDS[text];
	if (field === 'channel') {
		const kind = CHANNEL_KINDS.find((one) => one === text);
		return kind && CHANNEL_WORDS[kind];
	}
	// Before there was a list the reason stood in a person's own words.
	if (field === 'reason') return REASON_WORDS[REVEAL_REASONS.find((one) => one === text) ?? ''];
	if (field === 'shown' || field === 'hidden') return SEEN_WORDS[FIELDS.find((one) => one === text) ?? 'buyer'];
	if (field === 'fields') return FIELD_WORDS[text];
	if (field === 'state' && (text === 'active' || text === 'needsReconnect' || text === 'disconnected')) return CONNECTION_WORDS[text];
	return undefined;
}
