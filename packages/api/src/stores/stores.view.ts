import { createHash } from 'node:crypto';
import type { GrantRow, rateBuckets, storeOverview } from '@pangea/db';
import { type ConnectionState, isPlatformId, isStoreColour, type PlatformId } from '@pangea/domain';
import { type AuthorizationKind, type CredentialField, latenessMillis, type PlatformAdapter } from '@pangea/platform-contract';
import type { BudgetView, FieldView, GrantView, PlatformView, ProblemView, StoreView } from '../shapes.ts';

type StoreRow = Awaited<ReturnType<typeof storeOverview>>[number];
type Bucket = Awaited<ReturnType<typeof rateBuckets>>[number];
type Registry = ReadonlyMap<PlatformId, PlatformAdapter>;

/** A store is late when its newest complete moment is older than three polls and the platform's margin. */
export function isLate(store: Pick<StoreRow, 'platform' | 'watermark' | 'enabled'>, registry: Registry, now: Date): boolean {
	const manifest = isPlatformId(store.platform) ? registry.get(store.platform)?.manifest : undefined;
	if (!store.enabled || !manifest) return false;
	if (store.watermark === null) return true;
	return now.getTime() - Date.parse(store.watermark) > latenessMillis(manifest);
}

export function toStore(row: StoreRow, buckets: Bucket[], intakes: ReadonlyMap<string, string>, registry: Registry): StoreView {
	const platform = row.platform as PlatformId;
	const manifest = registry.get(platform)?.manifest;
	return {
		storeId: row.store_id,
		connectionId: row.connection_id,
		platform,
		externalId: row.external_id,
		name: row.name,
		siteId: row.site_id,
		country: row.country,
		currency: row.currency,
		zone: row.zone,
		mode: row.mode_said ?? row.mode,
		modeSaid: row.mode_said !== null,
		entity: row.entity,
		group: row.store_group,
		owner: row.owner_id === null ? null : { userId: row.owner_id, name: row.owner_name ?? row.owner_id },
		colour: isStoreColour(row.colour) ? row.colour : null,
		mark: row.mark,
		active: row.active,
		enabled: row.enabled,
		connectionState: row.connection_state as ConnectionState,
		accountName: row.account_name,
		grantExpiresAt: row.grant_expires_at,
		freshTo: row.watermark,
		lastAttemptAt: row.last_attempt_at,
		pollSeconds: manifest?.pull.pollSeconds ?? 0,
		intake: manifest?.intake ?? 'none',
		lastIntakeAt: intakes.get(row.platform) ?? null,
		lastOrderAt: row.last_order_at,
		problem: toProblem(row),
		backfill:
			row.backfill_state === null || row.reached === null || row.history_from === null
				? null
				: {
						state: row.backfill_state as 'waiting' | 'running' | 'done' | 'failed',
						completeFrom: row.reached,
						historyFrom: row.history_from,
						ordersSeen: row.orders_seen ?? 0,
						ordersExpected: row.orders_expected,
						updatedAt: row.backfill_at ?? row.reached,
					},
		budgets: buckets.flatMap((bucket) => toBudget(bucket, row)),
		quarantined: Number(row.quarantined ?? 0),
		openGaps: Number(row.open_gaps ?? 0),
	};
}

/** A grant of a platform that we know. */
export function toGrant(row: GrantRow, registry: Registry): GrantView[] {
	const manifest = isPlatformId(row.platform) ? registry.get(row.platform)?.manifest : undefined;
	if (!manifest) return [];
	return [
		{
			connectionId: row.connection_id,
			platform: manifest.id,
			account: row.account_name ?? row.external_account_id,
			state: row.state as ConnectionState,
			storeIds: row.store_ids,
			endsAt: row.grant_expires_at,
			basis: manifest.grantEnd.basis,
			moves: manifest.grantEnd.moves,
			grantedAt: row.granted_at,
			grantedBy: row.granted_by,
		},
	];
}

function toProblem(row: StoreRow): ProblemView | null {
	if (row.connection_error !== null)
		return { code: row.connection_error, params: row.connection_error_params ?? {}, at: row.connection_error_at };
	if (row.error_code !== null) return { code: row.error_code, params: row.error_params ?? {}, at: row.error_at };
	return null;
}

// Keys read `<platform>:<connection, store or app id>:<operation>`.
function toBudget(bucket: Bucket, row: StoreRow): BudgetView[] {
	const [platform, owner, ...operation] = bucket.bucket_key.split(':');
	if (platform !== row.platform || (owner !== row.store_id && owner !== row.connection_id && owner !== 'app')) return [];
	return [
		{
			operation: operation.join(':'),
			rate: bucket.rate,
			burst: bucket.burst,
			left: Math.floor(Number(bucket.left)),
			blockedUntil: bucket.blocked_until,
		},
	];
}

export function toPlatform(
	adapter: PlatformAdapter,
	options: { appConfigured: boolean; workspaceId: string; publicUrl: string },
): PlatformView {
	const { manifest } = adapter;
	return {
		id: manifest.id,
		name: manifest.name,
		names: { ...manifest.names },
		sites: manifest.sites.map(({ id, country, currency, zone, host }) => ({ id, country, currency, zone, host })),
		appFields: manifest.appFields.map(toField),
		appConfigured: options.appConfigured,
		authorization: manifest.authorization.map((way) => ({ kind: way.kind, fields: way.fields.map(toField), hosts: hostsOf(adapter, way) })),
		intake: manifest.intake,
		webhookUrl: manifest.intake === 'webhook' ? webhookUrl(options.publicUrl, manifest.id, options.workspaceId) : null,
		limitations: [...manifest.limitations],
	};
}

/** The regions among which a person chooses for a way of binding. */
export function hostsOf({ manifest }: PlatformAdapter, way: AuthorizationKind): PlatformView['authorization'][number]['hosts'] {
	const choices =
		way.choices ??
		Object.keys(manifest.hosts).map((host) => ({ host, countries: manifest.sites.filter((s) => s.host === host).map((s) => s.country) }));
	return choices
		.filter((choice) => choice.countries.length > 0 || 'name' in choice)
		.map((choice) => ({
			key: choice.host,
			countries: [...new Set(choice.countries)],
			name: 'name' in choice ? (choice.name ?? null) : null,
		}));
}

/** Where a platform pushes a workspace's news. The path names the workspace; the signature proves the sender. */
export function webhookUrl(publicUrl: string, platform: PlatformId, workspaceId: string): string {
	return `${publicUrl}/webhooks/${platform}/${workspaceId}`;
}

export function toField(field: CredentialField): FieldView {
	return { key: field.key, secret: field.secret, pattern: field.pattern, example: field.example, optional: field.optional === true };
}

/** S256 of RFC 7636. */
export function codeChallenge(verifier: string): string {
	return createHash('sha256').update(verifier).digest('base64url');
}
