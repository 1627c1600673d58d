import type { ExportTemplate, ScheduleStand, Sending } from '@pangea/db';
import type { ExportFormat, ExportState, ReportId } from '@pangea/domain';

/** One file that a member asked for. */
export interface ExportView {
	runId: string;
	report: ReportId;
	format: ExportFormat;
	state: ExportState;
	columns: number;
	stores: number;
	/** The company whose orders it holds; null: not asked by company. */
	company: string | null;
	/** The one whose rows they are, where each store has a file of its own. */
	storeId: string | null;
	/** So far, about; exact when it is done. */
	rows: number;
	/** About how many it will be; null until they are counted. */
	total: number | null;
	fileName: string | null;
	/** Bytes. */
	fileSize: number | null;
	sha256: string | null;
	/** Why there is no file. */
	errorCode: string | null;
	askedAt: string;
	endedAt: string | null;
	expiresAt: string | null;
	/** The time of a schedule that it is of; null of what was asked for by hand. */
	dueAt: string | null;
	/** How far it has come on its way to a destination; null: it goes nowhere. */
	sending: Sending | null;
}

/** What a member asks for again and again, and when it is made by itself. */
export interface ExportTemplateView extends ExportTemplate {
	schedule: ScheduleStand | null;
}
