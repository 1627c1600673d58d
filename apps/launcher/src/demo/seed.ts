import { type DemoPlatform, demoPlatforms, type Way } from './bindings.ts';
import { Visitor } from './client.ts';
import { seedRates } from './rates.ts';

export interface DemoLogin {
	email: string;
	password: string;
	role: string;
}

const PASSWORD = 'pangea-demo-2026';
const OWNER = { name: '林晓', email: 'owner@demo.pangea.test', role: 'owner' };
const OTHERS = [
	{ name: 'Mariana Souza', email: 'manager@demo.pangea.test', role: 'manager' },
	{ name: 'José Hernández', email: 'agent@demo.pangea.test', role: 'agent' },
	{ name: 'Alex Turner', email: 'analyst@demo.pangea.test', role: 'analyst' },
];

interface Me {
	memberships: { workspaceId: string; name: string }[];
}

/**
 * Signs the demo people up and binds the demo seller's stores, through the doors that everybody uses. Running it again renews what is there.
 * @throws Error naming the account that could not be bound.
 */
export async function seedDemo(options: {
	url: string;
	simulator: { url: string; platforms: Record<string, unknown> };
	/** Which accounts are bound; all when absent. */
	binds?: (demo: DemoPlatform, way: Way) => boolean;
}): Promise<DemoLogin[]> {
	const { url, simulator, binds = () => true } = options;
	const owner = new Visitor(url);
	await owner.enter({ ...OWNER, password: PASSWORD });
	const workspaceId = await demoWorkspace(owner);
	owner.inWorkspace(workspaceId);
	await inviteOthers(url, owner);
	await seedRates(owner);
	const platforms = demoPlatforms(simulator.platforms);
	await Promise.all(
		platforms.map(async (demo) => {
			await setConsole(simulator.url, demo, {
				redirect: `${url}/connected/${demo.platform}`,
				webhook: `${url}/webhooks/${demo.platform}/${workspaceId}`,
			});
			await owner.mutate('stores.saveApp', { platform: demo.platform, fields: demo.appFields });
			for (const way of demo.ways) if (binds(demo, way)) await bind(owner, demo, way);
			if (demo.mailboxes.length > 0) await nameMailboxes(owner, demo);
		}),
	);
	return [OWNER, ...OTHERS].map(({ email, role }) => ({ email, role, password: PASSWORD }));
}

async function demoWorkspace(owner: Visitor): Promise<string> {
	const me = await owner.query<Me>('session.me');
	const [known] = me.memberships;
	if (known) return known.workspaceId;
	const made = await owner.mutate<{ workspaceId: string }>('workspace.create', {
		name: '环球优选 Pangea Demo',
		baseCurrency: 'CNY',
		zone: 'Asia/Shanghai',
	});
	return made.workspaceId;
}

async function inviteOthers(url: string, owner: Visitor): Promise<void> {
	const { members } = await owner.query<{ members: { email: string }[] }>('workspace.members');
	const known = new Set(members.map((m) => m.email));
	for (const person of OTHERS) {
		if (known.has(person.email)) continue;
		const { link } = await owner.mutate<{ link: string }>('workspace.invite', { email: person.email, role: person.role, storeScope: null });
		const guest = new Visitor(url);
		await guest.enter({ ...person, password: PASSWORD });
		await guest.mutate('workspace.acceptInvitation', { token: link.slice(link.lastIndexOf('/') + 1) });
	}
}

async function bind(owner: Visitor, demo: DemoPlatform, way: Way): Promise<void> {
	if (way.kind === 'paste') {
		await owner.mutate('stores.paste', { platform: demo.platform, host: way.host, fields: way.fields });
		return;
	}
	const { url } = await owner.mutate<{ url: string }>('stores.startRedirect', { platform: demo.platform, host: way.host });
	const consent = new URL(url);
	if (way.account !== null) consent.searchParams.set('account', way.account);
	const end = await owner.follow(consent.href);
	const problem = end.searchParams.get('problem');
	if (problem !== null || !end.searchParams.has('bound')) throw new Error(`Binding ${demo.platform} ended with ${problem ?? end.pathname}`);
}

/** Names the mailboxes of the accounts that are bound. */
async function nameMailboxes(owner: Visitor, demo: DemoPlatform): Promise<void> {
	const bound = await owner.query<{ connectionId: string; externalAccountId: string }[]>('mailboxes.list');
	for (const { externalAccountId, ...mailbox } of demo.mailboxes)
		for (const { connectionId } of bound.filter((one) => one.externalAccountId === externalAccountId))
			await owner.mutate('mailboxes.save', { connectionId, ...mailbox });
}

async function setConsole(simulatorUrl: string, demo: DemoPlatform, urls: { redirect: string; webhook: string }): Promise<void> {
	const { settings, target } = demo.console(urls);
	const post = async (path: string, body: unknown): Promise<void> => {
		const reply = await fetch(`${simulatorUrl}/_control${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		if (!reply.ok) throw new Error(`The simulator refused ${path} for ${demo.platform}: ${await reply.text()}`);
	};
	if (settings) await post('/configure', { platform: demo.platform, settings });
	if (target !== null) await post('/targets', { platform: demo.platform, url: target });
}
