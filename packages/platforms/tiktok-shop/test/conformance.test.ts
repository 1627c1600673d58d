import { describeConformance } from '@pangea/platform-contract/conformance';
import { redirectConsent, simulatedWorld } from '@pangea/platform-contract/simulated-world';
import { z } from 'zod';
import { tiktokShop } from '../src/index.ts';

const Facts = z.object({
	apiUrl: z.string(),
	authUrl: z.string(),
	servicesUrl: z.string(),
	appKey: z.string(),
	appSecret: z.string(),
	serviceId: z.string(),
	accounts: z.array(z.object({ account: z.string(), shops: z.array(z.object({ store: z.string(), id: z.string() })) })),
});
type Facts = z.infer<typeof Facts>;

/** The first seller of the simulator. */
function seller(facts: Facts): Facts['accounts'][number] {
	const [first] = facts.accounts;
	if (!first) throw new Error('The simulator has no TikTok Shop seller');
	return first;
}

describeConformance({
	adapter: tiktokShop,
	world: () =>
		simulatedWorld({
			platform: 'tiktok-shop',
			read: (facts) => Facts.parse(facts),
			hosts: ({ apiUrl, authUrl, servicesUrl }) => ({
				global: apiUrl,
				us: apiUrl,
				token: authUrl,
				consentGlobal: servicesUrl,
				consentUs: servicesUrl,
			}),
			app: ({ appKey, appSecret, serviceId }) => ({ appKey, appSecret, serviceId }),
			host: 'global',
			settings: { redirectUrl: 'https://pangea.example/oauth/tiktok-shop' },
			consent: (facts) =>
				redirectConsent('https://pangea.example/oauth/tiktok-shop', (link) => link.searchParams.set('account', seller(facts).account)),
			stores: (facts) => seller(facts).shops.map((shop) => ({ externalId: shop.id, name: shop.store })),
			account: (facts) => seller(facts).account,
			poisoned: 'orders.search',
		}),
});
