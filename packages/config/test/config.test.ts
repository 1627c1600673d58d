import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
	checkHostOverrides,
	ConfigError,
	type Environment,
	hostVariable,
	loadConfig,
	masterKeySources,
	mailSettings,
	platformHosts,
} from '../src/index.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const GOOD: Environment = { DATABASE_URL: 'postgres://pangea@localhost/pangea', PANGEA_MASTER_KEY: KEY };
const temu = { id: 'temu', hosts: { us: 'https://us.example', sellerCentre: 'https://seller.example' } };

function refusal(env: Environment): string {
	try {
		loadConfig(env);
	} catch (error) {
		if (error instanceof ConfigError) return error.message;
		throw error;
	}
	return '';
}

describe('configuration', () => {
	test('needs a database and a master key, and has defaults for the rest', () => {
		expect(loadConfig(GOOD)).toMatchObject({
			port: 4780,
			publicUrl: 'http://localhost:4780',
			logLevel: 'info',
			listen: '127.0.0.1',
			smtpUrl: null,
		});
	});
	test('takes a mail server with its sender or neither, and origins inside the network by name', () => {
		expect(refusal({ ...GOOD, PANGEA_SMTP_URL: 'smtp://mail.example:587' })).toContain('PANGEA_SMTP_URL and PANGEA_MAIL_FROM go together');
		const config = loadConfig({
			...GOOD,
			PANGEA_SMTP_URL: 'smtp://mail.example:587',
			PANGEA_MAIL_FROM: 'Pangea <pangea@example.test>',
			PANGEA_HOOK_ORIGINS: 'http://chat.inner:8065 https://other.inner',
		});
		expect(mailSettings(config)).toEqual({ url: 'smtp://mail.example:587', from: 'Pangea <pangea@example.test>' });
		expect(config.hookOrigins).toEqual(['http://chat.inner:8065', 'https://other.inner']);
		expect(refusal({ ...GOOD, PANGEA_HOOK_ORIGINS: 'http://chat.inner/path' })).toContain('PANGEA_HOOK_ORIGINS');
	});
	test('reads the bank’s rates from an address or from a file of one’s own, and the second source from an address', () => {
		expect(loadConfig(GOOD).rates).toEqual({ ecb: expect.stringMatching(/^https:/), second: null });
		const own = 'file:///var/lib/pangea/eurofxref-hist.zip';
		expect(loadConfig({ ...GOOD, PANGEA_RATES_URL: own }).rates.ecb).toBe(own);
		expect(loadConfig({ ...GOOD, PANGEA_RATES_URL: 'off' }).rates.ecb).toBeNull();
		expect(refusal({ ...GOOD, PANGEA_RATES_SECOND_URL: own })).toContain(
			'PANGEA_RATES_SECOND_URL must be an address with https or http, or off',
		);
	});
	test('names every missing variable in one go', () => {
		const message = refusal({});
		expect(message).toContain('DATABASE_URL is missing');
		expect(message).toContain('PANGEA_MASTER_KEY or PANGEA_MASTER_KEY_FILE is missing');
	});
	test.each([
		['DATABASE_URL', 'mysql://secret-value'],
		['PANGEA_PORT', '70000'],
		['PANGEA_PUBLIC_URL', 'https://shop.example/secret-value'],
		['PANGEA_LOG_LEVEL', 'secret-value'],
		['OTEL_EXPORTER_OTLP_ENDPOINT', 'secret-value'],
		['OTEL_TRACES_SAMPLER_ARG', 'secret-value'],
		['PANGEA_MASTER_KEY', 'secret-value'],
		['PANGEA_HOST_TEMU_US', 'ftp://secret-value'],
		['PANGEA_DATABASE_CONNECTIONS', '1'],
	])('refuses a wrong %s by its name and without repeating the value', (name, value) => {
		const message = refusal({ ...GOOD, [name]: value });
		expect(message).toMatch(new RegExp(`^${name} `));
		expect(message).not.toContain('secret-value');
	});
	test('reads the master key from a file and says when it cannot', () => {
		const folder = mkdtempSync(join(tmpdir(), 'pangea-config-'));
		const file = join(folder, 'key');
		writeFileSync(file, `${KEY}\n`);
		const { PANGEA_MASTER_KEY: _, ...rest } = GOOD;
		expect(loadConfig({ ...rest, PANGEA_MASTER_KEY_FILE: file }).readMasterKey()).toBe(KEY);
		rmSync(folder, { recursive: true });
		expect(refusal({ ...rest, PANGEA_MASTER_KEY_FILE: file })).toContain('cannot be read');
		expect(refusal({ ...GOOD, PANGEA_MASTER_KEY_FILE: file })).toContain('keep one of them');
	});
	test('reads the master key from a command, and says that it failed without repeating what it printed', () => {
		const { PANGEA_MASTER_KEY: _, ...rest } = GOOD;
		expect(loadConfig({ ...rest, PANGEA_MASTER_KEY_COMMAND: `echo ${KEY}` }).readMasterKey()).toBe(KEY);
		const failed = refusal({ ...rest, PANGEA_MASTER_KEY_COMMAND: 'echo secret-value; exit 1' });
		expect(failed).toContain('PANGEA_MASTER_KEY_COMMAND failed');
		expect(failed).not.toContain('secret-value');
		expect(refusal({ ...rest, PANGEA_MASTER_KEY_COMMAND: 'echo secret-value' })).toMatch(/^PANGEA_MASTER_KEY_COMMAND must hold 32 bytes/);
	});
	test('takes a key service instead of a key or beside one, and says what is missing or wrong', () => {
		const { PANGEA_MASTER_KEY: _, ...rest } = GOOD;
		const named = { PANGEA_TRANSIT_KEY: 'https://vault.example:8200/v1/transit/keys/pangea', PANGEA_TRANSIT_TOKEN: 'a-token' };
		const alone = masterKeySources(loadConfig({ ...rest, ...named }));
		expect([alone.readMasterKey, alone.transit?.keyUrl, alone.transit?.readToken()]).toEqual([null, named.PANGEA_TRANSIT_KEY, 'a-token']);
		expect(masterKeySources(loadConfig({ ...GOOD, ...named })).readMasterKey?.()).toBe(KEY);
		expect(masterKeySources(loadConfig(GOOD)).transit).toBeNull();
		expect(refusal({ ...rest, ...named, PANGEA_TRANSIT_KEY: 'https://vault.example:8200' })).toContain(
			'must be the address of a transit key',
		);
		expect(refusal({ ...rest, PANGEA_TRANSIT_KEY: named.PANGEA_TRANSIT_KEY })).toContain('needs one of PANGEA_TRANSIT_TOKEN');
	});
	test('reads a changed key file anew, and takes several keys', () => {
		const folder = mkdtempSync(join(tmpdir(), 'pangea-config-'));
		const file = join(folder, 'key');
		writeFileSync(file, `${KEY}\n`);
		const { PANGEA_MASTER_KEY: _, ...rest } = GOOD;
		const config = loadConfig({ ...rest, PANGEA_MASTER_KEY_FILE: file });
		expect(config.readMasterKey()).toBe(KEY);
		const both = `${Buffer.alloc(32, 8).toString('hex')}\n${KEY}`;
		writeFileSync(file, both);
		expect(config.readMasterKey()).toBe(both);
		rmSync(folder, { recursive: true });
		expect(() => config.readMasterKey()).toThrow(/cannot be read/);
	});
	test('replaces exactly the named host of a platform', () => {
		const { hostOverrides } = loadConfig({ ...GOOD, PANGEA_HOST_TEMU_SELLER_CENTRE: 'http://127.0.0.1:9000/temu/' });
		expect(platformHosts(hostOverrides, temu)).toEqual({ us: 'https://us.example', sellerCentre: 'http://127.0.0.1:9000/temu' });
		expect(hostVariable('tiktok-shop', 'authUs')).toBe('TIKTOK_SHOP_AUTH_US');
	});
	test('refuses an override that no platform knows', () => {
		const { hostOverrides } = loadConfig({ ...GOOD, PANGEA_HOST_TEMU_USA: 'http://127.0.0.1:9000' });
		expect(() => checkHostOverrides(hostOverrides, [temu])).toThrow(/PANGEA_HOST_TEMU_USA names no host.*PANGEA_HOST_TEMU_US/);
	});
});
