import { describeConformance } from '@pangea/platform-contract/conformance';
import { redirectConsent, simulatedWorld } from '@pangea/platform-contract/simulated-world';
import { amazon } from '../src/index.ts';
import { storeExternalId } from '../src/stores.ts';
import { amazonFacts, type AmazonFacts, hostsOf } from './simulated-amazon.ts';

const REDIRECT = 'https://pangea.example/oauth/amazon';

function seller(facts: AmazonFacts): AmazonFacts['accounts'][number] {
	const account = facts.accounts.find((a) => a.region === 'na');
	if (!account) throw new Error('The simulator has no seller in North America');
	return account;
}

// Long windows, as the suite pulls them, come from the report; simulator.test.ts compares the same by search.
describeConformance({
	adapter: amazon,
	world: () =>
		simulatedWorld({
			platform: 'amazon',
			read: (facts) => amazonFacts.parse(facts),
			hosts: hostsOf,
			app: ({ clientId, clientSecret, applicationId }) => ({ clientId, clientSecret, applicationId }),
			host: 'na',
			settings: { redirectUrls: [REDIRECT], reportSeconds: 0 },
			consent: (facts) => redirectConsent(REDIRECT, (link) => link.searchParams.set('account', seller(facts).region)),
			stores: (facts) =>
				seller(facts).stores.map((s) => ({ externalId: storeExternalId(seller(facts).sellingPartnerId, s.marketplaceId), name: s.store })),
			account: (facts) => seller(facts).region,
			poisoned: 'reportDocument',
			expect: (expected, { order }) => ({
				...expected,
				// Nothing has been paid, nothing is told of money.
				total: order.steps.some((s) => s.kind === 'paid') ? expected.total : null,
				// The report counts the pieces of a cancelled order as none, the search as ordered.
				...(order.status === 'cancelled' ? { pieces: null, skus: null } : {}),
			}),
		}),
});
