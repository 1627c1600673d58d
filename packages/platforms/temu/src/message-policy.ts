import type { MessagePolicy } from '@pangea/domain';

/** Temu has no way for sellers to write through its interface: cases are read here and worked at Temu. */
export const messagePolicy: MessagePolicy = {
	ownHosts: ['temu.com'],
	rules: [
		{
			id: 'temu.read-only',
			check: 'readOnly',
			severity: 'blocks',
			confirmed: true,
			source: 'contract: no message interface for sellers',
		},
	],
};
