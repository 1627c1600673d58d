import type { FileView } from '@pangea/api';

/** Only what its own bytes call a picture, and a browser takes well, is shown as one. */
export function isPicture({ standing, url }: FileView): boolean {
	return standing === 'shown' && url !== null;
}

/** Saves what lies behind an address of our own. */
export function save(url: string, name: string): void {
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
}
