import type { PlatformAdapter } from '@pangea/platform-contract';
import * as adapters from './adapters.ts';

/** The platforms this build speaks with: everything that `adapters.ts` names. */
export const registry: ReadonlyMap<PlatformAdapter['id'], PlatformAdapter> = new Map(Object.values(adapters).map((a) => [a.id, a]));
