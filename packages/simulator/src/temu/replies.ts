import type { Gateway } from './sites.ts';

/** A refusal in the platform's own envelope; the HTTP status is always 200 (contract temu §4). */
export class TemuRefusal extends Error {
	override name = 'TemuRefusal';
	readonly code: number;
	constructor(code: number, message: string) {
		super(message);
		this.code = code;
	}
}

/** Gateway causes: [code, code on the CN gateway, message]. Texts marked by the contract are Temu's; the others only name the cause. */
const causes = {
	badParameters: [3000000, 3000000, 'bad parameters'],
	badSign: [3000001, 7000015, 'sign is invalid, please check your sign calculation.'],
	typeMissing: [3000002, 7000000, 'type is missing'],
	typeUnknown: [3000003, 7000016, 'type not exists'],
	timestampMissing: [3000010, 7000008, 'timestamp is missing'],
	timestampAhead: [3000011, 7000010, 'timestamp is in the future'],
	timestampOld: [3000012, 7000011, 'timestamp is expired'],
	dataTypeMissing: [3000013, 7000013, 'data_type is missing'],
	dataTypeInvalid: [3000014, 7000013, 'data_type must be JSON'],
	appKeyMissing: [3000025, 7000002, 'app_key is missing'],
	appKeyUnknown: [3000026, 7000005, 'app_key does not exist'],
	tokenMissing: [3000030, 7000003, 'access_token is missing'],
	tokenUnknown: [3000031, 7000018, 'access_token does not exist'],
	tokenLacksApi: [
		3000032,
		7000019,
		"access_token don't have this api access, please ask for seller to authorize this api in seller center first，and share the new access_token with you.",
	],
	tokenOfOtherApp: [3000033, 7000006, 'access_token and app_key do not match'],
	tokenExpired: [
		3000034,
		7000007,
		'access_token is expired or have been refreshed, please contact seller to share the new access_token with you.',
	],
	signMissing: [3000040, 7000014, 'sign is missing'],
	system: [4000000, 4000000, 'SYSTEM_EXCEPTION'],
	rateLimit: [4000004, 4000004, 'RATE_LIMIT_EXCEED_EXCEPTION'],
	ipNotAllowed: [5000003, 5000003, 'NOT_IN_IP_WHITE_LIST'],
} as const;
export type Cause = keyof typeof causes;

export function refuse(cause: Cause, gateway: Gateway): TemuRefusal {
	const [code, codeCn, message] = causes[cause];
	return gateway === 'cn' && cause === 'tokenExpired'
		? new TemuRefusal(codeCn, 'access_token expired')
		: new TemuRefusal(gateway === 'cn' ? codeCn : code, message);
}

const prefix: Record<Gateway, string> = { us: 'us', eu: 'eu', global: 'gl', partner: 'gl', cn: 'cn' };

export function requestId(gateway: Gateway, uuid: string): string {
	return `${prefix[gateway]}-${uuid}`;
}
