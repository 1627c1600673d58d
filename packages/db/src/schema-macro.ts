import type { MacroText } from '@pangea/domain';
import type { DefaultTime, Json } from './schema-columns.ts';

export interface InboxMacroTable {
	workspace_id: string;
	macro_id: string;
	name: string;
	texts: Json<MacroText[]>;
	created_at: DefaultTime;
}
