import { PLATFORMS, type PlatformId } from '@pangea/domain';

/** Our own letter mark of a platform; not its logo. Its name stands beside it or in the title. */
export function PlatformMark({ platform, name, size = 18 }: { platform: PlatformId; name?: string | undefined; size?: number }) {
	const { letters, colour } = PLATFORMS[platform];
	return (
		<svg
			className="mark"
			width={size}
			height={size}
			viewBox="0 0 20 20"
			role={name ? 'img' : undefined}
			aria-label={name}
			aria-hidden={name ? undefined : true}
		>
			{name && <title>{name}</title>}
			<rect width="20" height="20" rx="5.5" fill={colour} />
			<text
				x="10"
				y="10.4"
				textAnchor="middle"
				dominantBaseline="central"
				fill="#fff"
				fontSize={letters.length > 1 ? 9 : 12}
				fontWeight="600"
			>
				{letters}
			</text>
		</svg>
	);
}

/** The product's mark: one land, drifting apart along two seams. */
export function PangeaMark({ size = 22 }: { size?: number }) {
	return (
		<svg width={size} height={size} viewBox="0 0 24 24" aria-hidden>
			<circle cx="12" cy="12" r="10.5" fill="var(--accent)" />
			<path
				d="M9.6 1.8c2.600 2.400 1.200 4.600.2 6.300-1.200 2 .8 3.200.2 5.300-.6 2-3 2-3.300 4.100-.2 1.300.2 2.200.8 3"
				fill="none"
				stroke="var(--surface)"
				strokeWidth="1.7"
				strokeLinecap="round"
			/>
			<path
				d="M22.3 10.3c-2.300-.4-3.200.9-4.400 2-1.200 1.100-3.300.4-4.300 2-1 1.600.9 2.700.4 4.500-.3 1.200-.9 2.100-1.900 3.500"
				fill="none"
				stroke="var(--surface)"
				strokeWidth="1.7"
				strokeLinecap="round"
			/>
		</svg>
	);
}
