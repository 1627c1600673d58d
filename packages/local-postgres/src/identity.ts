import { spawnSync } from 'node:child_process';
import { accessSync, chownSync, constants, readFileSync } from 'node:fs';

/** How to run a program that refuses to run as root. */
export interface Runner {
	/** What the person is told about it. */
	description: string;
	command(program: string, args: string[]): { program: string; args: string[] };
	/** Set when the program runs as another user, who must own its folder. */
	user: { uid: number; gid: number } | null;
	own(folder: string): void;
}

const asOneself: Runner = {
	description: 'as the current user',
	command: (program, args) => ({ program, args }),
	user: null,
	own: () => {},
};

/**
 * PostgreSQL refuses to run as root. First choice is a user namespace, in which root's files stay root's and the server sees an ordinary
 * uid; second an ordinary system user who can reach the binaries.
 * @throws Error in words when neither works.
 */
export function runner(probeFile: string): Runner {
	if (typeof process.getuid !== 'function' || process.getuid() !== 0) return asOneself;
	const users = readUsers();
	const ordinary = users.find((u) => u.uid > 0 && u.uid < 65_000);
	if (ordinary && spawnSync('unshare', ['--user', `--map-user=${ordinary.uid}`, `--map-group=${ordinary.gid}`, 'true']).status === 0) {
		const prefix = ['--user', `--map-user=${ordinary.uid}`, `--map-group=${ordinary.gid}`, '--'];
		return {
			description: 'as root in a user namespace',
			command: (program, args) => ({ program: 'unshare', args: [...prefix, program, ...args] }),
			user: null,
			own: () => {},
		};
	}
	const other = users.find((u) => u.name === 'postgres') ?? users.find((u) => u.name === 'nobody');
	if (other && canReach(other, probeFile)) {
		return {
			description: `as the system user ${other.name}`,
			command: (program, args) => ({ program, args }),
			user: other,
			own: (folder) => chownSync(folder, other.uid, other.gid),
		};
	}
	throw new Error(
		'PostgreSQL does not run as root, and here neither a user namespace nor another user can run it. ' +
			'Start Pangea as an ordinary user, or move the folder out of a home that only root can enter, or set DATABASE_URL.',
	);
}

interface User {
	name: string;
	uid: number;
	gid: number;
}

function readUsers(): User[] {
	return readFileSync('/etc/passwd', 'utf8')
		.split('\n')
		.map((line) => line.split(':'))
		.filter((f) => f.length >= 4)
		.map((f) => ({ name: f[0] ?? '', uid: Number(f[2]), gid: Number(f[3]) }));
}

function canReach(user: User, file: string): boolean {
	accessSync(file, constants.X_OK);
	return spawnSync(file, ['--version'], { uid: user.uid, gid: user.gid }).status === 0;
}
