import { amazon, isReportDocumentAddress } from '@pangea/platform-amazon';
import type { PlatformAdapter } from '@pangea/platform-contract';
import { mercadoLibre } from '@pangea/platform-mercado-libre';
import { temu } from '@pangea/platform-temu';
import { tiktokShop } from '@pangea/platform-tiktok-shop';

/** The platforms this build speaks with. */
export const registry: ReadonlyMap<PlatformAdapter['id'], PlatformAdapter> = new Map(
	[amazon, temu, mercadoLibre, tiktokShop].map((a) => [a.id, a]),
);

/** Public addresses beside its hosts to which a platform's own answers may lead, e.g. presigned report documents. */
export function allowedHosts(id: PlatformAdapter['id']): ((url: URL) => boolean) | undefined {
	return id === amazon.id ? isReportDocumentAddress : undefined;
}
