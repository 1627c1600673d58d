import type { FieldChoices } from '@pangea/domain';
import type { ColumnType, Generated } from 'kysely';
import type { Int8, Time, DefaultTime, Json, JsonDefault, DefaultArray } from './schema-columns.ts';
import type { CopySchema } from './schema-copy.ts';
import type { ListingChangeTable } from './schema-offer.ts';
import type { CatalogueSchema } from './schema-catalogue.ts';
import type { InboxSchema } from './schema-inbox.ts';
import type { InboxMacroTable } from './schema-macro.ts';
import type { MessageFileTables } from './schema-message-file.ts';
import type { ReviewImportTable, ReviewTable } from './schema-review.ts';
import type { OrderMessageTable } from './schema-order-message.ts';
import type {
	ExportDestinationTable,
	ExportRunTable,
	ExportScheduleTable,
	ExportSendingTable,
	ExportTemplateTable,
} from './schema-export.ts';
import type { DossierFileTable, DossierPaperTable, OpeningStepTable, OpeningTable } from './schema-opening.ts';
import type { SalesSchema } from './schema-sales.ts';
import type { FinanceReadTable, SettlementLineTable, SettlementTable, StatementTable } from './schema-settlement.ts';
import type { TranslationSchema } from './schema-translation.ts';
import type {
	BuyerDataChoiceTable,
	GapTable,
	OrderLackTable,
	NoticeChannelTable,
	NoticeDeliveryTable,
	NoticeTable,
	PurgeRunTable,
	RecountTable,
	RecountWindowTable,
} from './schema-upkeep.ts';

export interface WorkspaceTable {
	workspace_id: string;
	name: string;
	base_currency: string;
	zone: string;
	/** The zone by which the database cuts days; null: it does not know it. */
	clock: ColumnType<string | null, never, never>;
	created_at: DefaultTime;
	second_factor_required: Generated<boolean>;
	/** A new review of so many stars or fewer is told; null: none is. */
	low_review_rating: ColumnType<number | null, number | undefined, number | null>;
	low_review_since: ColumnType<string | null, string | undefined, string | null>;
	/** Since when nothing may be changed at the platforms. */
	writes_stopped_at: string | null;
}
export interface WorkspaceKeyTable {
	workspace_id: string;
	master_key_id: string;
	wrapped: Buffer;
	created_at: DefaultTime;
	/** Sealed values name the generation of their key. */
	generation: Generated<number>;
	/** Processes learn of a key before they may seal with it. */
	seals_from: DefaultTime;
	/** Since when nothing is sealed with it any more; null: in use. */
	retired_at: ColumnType<string | null, string | null | undefined, string | null>;
}
export interface WorkspaceSequenceTable {
	workspace_id: string;
	last_seq: Int8;
}
export interface EventTable {
	workspace_id: string;
	seq: Int8;
	kind: string;
	store_id: string | null;
	ids: Json<string[]>;
	at: DefaultTime;
}
export interface MemberTable {
	workspace_id: string;
	user_id: string;
	name: string;
	email: string;
	role: string;
	store_scope: string[] | null;
	created_at: DefaultTime;
	fields: JsonDefault<FieldChoices>;
	/** Whether conversations are shown with translations where nothing else was chosen for one. */
	reads_translated: Generated<boolean>;
}
export interface InvitationTable {
	workspace_id: string;
	invitation_id: string;
	email: string;
	role: string;
	store_scope: string[] | null;
	token_digest: Buffer;
	expires_at: Time;
	accepted_at: string | null;
	invited_by: string;
	created_at: DefaultTime;
}
export interface AuditTable {
	workspace_id: string;
	audit_id: string;
	at: DefaultTime;
	user_id: string | null;
	actor_name: string | null;
	action: string;
	subject: string;
	subject_name: string | null;
	store_id: string | null;
	connection_id: string | null;
	detail: JsonDefault<Record<string, unknown>>;
}
export interface ReconnectLinkTable {
	workspace_id: string;
	link_id: string;
	connection_id: string;
	token_digest: Buffer;
	made_by: string;
	made_at: DefaultTime;
	expires_at: Time;
	busy_until: string | null;
	used_at: string | null;
	revoked_at: string | null;
}
export interface SavedViewTable {
	workspace_id: string;
	view_id: string;
	user_id: string;
	screen: string;
	name: string;
	shared: Generated<boolean>;
	query: Json<Record<string, unknown>>;
	created_at: DefaultTime;
}
export interface AppCredentialTable {
	workspace_id: string;
	platform: string;
	sealed: Buffer;
	updated_at: DefaultTime;
}
export interface ConnectionTable {
	workspace_id: string;
	connection_id: string;
	platform: string;
	external_account_id: string;
	account_name: string | null;
	host: string;
	state: string;
	scopes: DefaultArray<string>;
	access_expires_at: string | null;
	grant_expires_at: string | null;
	error_code: string | null;
	error_params: ColumnType<Record<string, string> | null, string | null, string | null>;
	error_at: string | null;
	created_at: DefaultTime;
	updated_at: DefaultTime;
}
export interface ConnectionSecretTable {
	workspace_id: string;
	connection_id: string;
	sealed: Buffer;
	version: Generated<number>;
	updated_at: DefaultTime;
}
export interface StoreTable {
	workspace_id: string;
	store_id: string;
	connection_id: string;
	platform: string;
	external_id: string;
	site_id: string;
	name: string;
	country: string;
	currency: string;
	zone: string;
	language: string;
	mode: string;
	active: boolean;
	enabled: Generated<boolean>;
	attributes: JsonDefault<Record<string, string>>;
	error_code: string | null;
	error_params: ColumnType<Record<string, string> | null, string | null, string | null>;
	error_at: string | null;
	/** When buyers and evidence of the store's orders were deleted with its grant. */
	forgotten_at: string | null;
	/** How often an order of it was told otherwise at the same time of change. */
	taken_back: Generated<number>;
	/** Since when nothing may be changed at the platform for it. */
	writes_stopped_at: string | null;
	entity: string | null;
	store_group: string | null;
	/** The member who answers for it. */
	owner_id: string | null;
	colour: string | null;
	mark: string | null;
	/** The way of selling as people say it; null: as the platform tells. */
	mode_said: string | null;
	created_at: DefaultTime;
	updated_at: DefaultTime;
}
export interface RateBucketTable {
	workspace_id: string;
	bucket_key: string;
	rate: number;
	burst: number;
	tokens: number;
	blocked_until: string | null;
	updated_at: Time;
	/** The manifest's figures, before the platform's corrections. */
	base_rate: Generated<number>;
	base_burst: Generated<number>;
	/** Live work waits until then; history steps back. */
	urgent_until: string | null;
}
export interface RawReplyTable {
	workspace_id: string;
	raw_reply_id: string;
	store_id: string | null;
	platform: string;
	operation: string;
	fetched_at: Time;
	digest: Buffer;
	size: number;
	sealed: Buffer;
	/** Names of operations by number; empty when the row holds one reply. */
	operations: string[];
	/** For each reply of the pack: number of its operation, bytes (0: not kept), milliseconds after the row's time. */
	parts: number[];
	/** The store's number when the page was last read. */
	taken_back: Generated<number>;
	/** When buyers' data of an order in it die; null in replies from before, which die with their age. */
	dies_at: ColumnType<string | null, string | null | undefined, string | null>;
}
export interface OrdersTable {
	workspace_id: string;
	order_id: string;
	store_id: string;
	platform: string;
	external_id: string;
	external_group_id: string | null;
	site_id: string | null;
	state: string;
	raw_status: string;
	fulfilment: string;
	placed_at: Time;
	paid_at: string | null;
	ship_by: string | null;
	deliver_by: string | null;
	shipped_at: string | null;
	delivered_at: string | null;
	cancelled_at: string | null;
	ext_updated_at: Time;
	local_day: string;
	buyer_country: string | null;
	external_buyer_id: string | null;
	is_test: boolean;
	currency: string;
	tax_basis: string;
	total_minor: ColumnType<string | null, string | bigint | null, string | bigint | null>;
	total_computed: boolean;
	money: Json<Record<string, string>>;
	line_count: number;
	unit_count: number;
	units_cancelled: Generated<number>;
	/** Fees in the order's currency; null where the platform tells none. */
	fee_minor: ColumnType<string | null, string | null | undefined, string | null>;
	/** See `IS_RETURN`. */
	returned: Generated<boolean>;
	first_title: string | null;
	open_returns: Generated<number>;
	warnings: DefaultArray<string>;
	raw_reply_ids: DefaultArray<string>;
	digest: Buffer;
	created_at: DefaultTime;
	changed_at: DefaultTime;
}
type Minor = ColumnType<string | null, string | bigint | null, string | bigint | null>;
export interface OrderLineTable {
	workspace_id: string;
	order_id: string;
	/** The order's own. */
	store_id: string;
	external_id: string;
	position: number;
	external_listing_id: string | null;
	external_variant_id: string | null;
	seller_sku: string | null;
	title: string;
	variant: string | null;
	image_url: string | null;
	quantity: number;
	quantity_cancelled: number;
	quantity_shipped: number | null;
	currency: string;
	unit_price_minor: Minor;
	discount_minor: Minor;
	tax_minor: Minor;
	raw_status: string | null;
}
export interface LineShare {
	lineExternalId: string;
	quantity: number;
}
export interface ParcelTable {
	workspace_id: string;
	order_id: string;
	external_id: string;
	carrier: string | null;
	tracking_number: string | null;
	state: string;
	raw_status: string | null;
	shipped_at: string | null;
	delivered_at: string | null;
	lines: JsonDefault<LineShare[]>;
	/** The version of the order that told of it last. */
	ext_updated_at: string | null;
}
export interface OrderReturnTable {
	workspace_id: string;
	order_id: string;
	external_id: string;
	kind: string;
	state: string;
	raw_status: string;
	reason: string | null;
	requested_by: string;
	refund_minor: Minor;
	refund_currency: string | null;
	requested_at: string | null;
	respond_by: string | null;
	ext_updated_at: string | null;
	lines: JsonDefault<LineShare[]>;
}
export interface FeeTable {
	workspace_id: string;
	order_id: string;
	external_id: string;
	kind: string;
	raw_kind: string;
	amount_minor: Int8;
	currency: string;
	line_external_id: string | null;
}
export interface OrderHistoryTable {
	workspace_id: string;
	order_id: string;
	history_id: string;
	ext_at: Time;
	seen_at: DefaultTime;
	state: string;
	raw_status: string;
	source: string;
	raw_reply_id: string | null;
}
export interface OrderAnnotationTable {
	workspace_id: string;
	order_id: string;
	/** The order's own, and what lists ask of it: they follow it. */
	store_id: string;
	placed_at: Time;
	/** Null when nothing is left to ship, or no time was said. */
	ship_by: Time | null;
	state: string;
	fulfilment: string;
	has_returns: boolean;
	flag: string | null;
	note: string | null;
	updated_by: string;
	updated_at: DefaultTime;
}
export interface BuyerDataTable {
	workspace_id: string;
	order_id: string;
	sealed: Buffer;
	purpose: string;
	dies_at: Time;
}
export interface QuarantineTable {
	workspace_id: string;
	quarantine_id: string;
	store_id: string | null;
	platform: string;
	external_id: string | null;
	cause: string;
	digest: Buffer;
	sealed: Buffer;
	raw_reply_id: string | null;
	state: Generated<string>;
	attempts: Generated<number>;
	first_at: DefaultTime;
	last_at: DefaultTime;
}
export interface PullCursorTable {
	workspace_id: string;
	store_id: string;
	resource: string;
	watermark: Time;
	window_until: string | null;
	page_cursor: string | null;
	last_success_at: string | null;
	last_attempt_at: string | null;
}
export interface BackfillTable {
	workspace_id: string;
	store_id: string;
	resource: string;
	state: string;
	history_from: Time;
	history_until: Time;
	reached: Time;
	page_cursor: string | null;
	window_from: string | null;
	orders_seen: Generated<number>;
	orders_expected: number | null;
	started_at: DefaultTime;
	updated_at: DefaultTime;
	finished_at: string | null;
	error_code: string | null;
}
export interface IntakeTable {
	workspace_id: string;
	intake_id: string;
	platform: string;
	delivery_id: string;
	received_at: DefaultTime;
	tidings: Json<unknown[]>;
	sealed: Buffer;
	state: Generated<string>;
	attempts: Generated<number>;
	error: string | null;
	done_at: string | null;
}
/** All tables that carry a workspace, under row-level security for the app's role. */
export interface Schema extends InboxSchema, TranslationSchema, CatalogueSchema, CopySchema, MessageFileTables, SalesSchema {
	workspace: WorkspaceTable;
	workspace_key: WorkspaceKeyTable;
	workspace_sequence: WorkspaceSequenceTable;
	event: EventTable;
	member: MemberTable;
	invitation: InvitationTable;
	audit: AuditTable;
	reconnect_link: ReconnectLinkTable;
	saved_view: SavedViewTable;
	export_run: ExportRunTable;
	export_destination: ExportDestinationTable;
	export_schedule: ExportScheduleTable;
	export_sending: ExportSendingTable;
	export_template: ExportTemplateTable;
	app_credential: AppCredentialTable;
	connection: ConnectionTable;
	connection_secret: ConnectionSecretTable;
	store: StoreTable;
	rate_bucket: RateBucketTable;
	raw_reply: RawReplyTable;
	orders: OrdersTable;
	order_line: OrderLineTable;
	parcel: ParcelTable;
	order_return: OrderReturnTable;
	fee: FeeTable;
	order_history: OrderHistoryTable;
	order_annotation: OrderAnnotationTable;
	buyer_data: BuyerDataTable;
	quarantine: QuarantineTable;
	pull_cursor: PullCursorTable;
	backfill: BackfillTable;
	intake: IntakeTable;
	gap: GapTable;
	order_lack: OrderLackTable;
	recount: RecountTable;
	recount_window: RecountWindowTable;
	buyer_data_choice: BuyerDataChoiceTable;
	purge_run: PurgeRunTable;
	notice: NoticeTable;
	notice_channel: NoticeChannelTable;
	notice_delivery: NoticeDeliveryTable;
	statement: StatementTable;
	settlement: SettlementTable;
	settlement_line: SettlementLineTable;
	finance_read: FinanceReadTable;
	order_message: OrderMessageTable;
	listing_change: ListingChangeTable;
	review: ReviewTable;
	review_import: ReviewImportTable;
	inbox_macro: InboxMacroTable;
	dossier_paper: DossierPaperTable;
	dossier_file: DossierFileTable;
	opening: OpeningTable;
	opening_step: OpeningStepTable;
}
