import type { MacroText } from '@pangea/domain';
import type { DefaultTime, Json } from './schema-columns.ts';

export interface InboxMacroTable {
	workspace_id: string;
	macro_id: string;
	name: string;
	texts: Json<MacroText[]>;
	/** A digit from 1 on that puts it into an answer once the macros are open. */
	quick_key: string | null;
	created_at: DefaultTime;
}
