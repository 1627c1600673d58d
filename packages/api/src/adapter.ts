import { isPlatformId } from '@pangea/domain';
import type { Member } from './trpc.ts';

/** The adapter of a platform as a row names it; undefined where this build has none. */
export function adapterOf(member: Member, platform: string) {
	return isPlatformId(platform) ? member.services.registry.get(platform) : undefined;
}

/** What buyers of a site speak, a BCP 47 tag; undefined where the platform knows no such site. */
export function siteLanguage(member: Member, { platform, siteId }: { platform: string; siteId: string }): string | undefined {
	return adapterOf(member, platform)?.manifest.sites.find(({ id }) => id === siteId)?.language;
}
