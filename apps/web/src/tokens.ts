import { theme as antd, type ThemeConfig } from 'antd';

/*
 * Every colour and measure of the workbench. The screens use them as CSS variables (`--accent`, `--line` …); antd is given the
 * same values. Neutral surfaces, one accent of our own (petrol). Red and amber are for clocks and money at risk only.
 */

interface Palette {
	ground: string;
	surface: string;
	raised: string;
	sunken: string;
	hover: string;
	line: string;
	lineStrong: string;
	text: string;
	textSoft: string;
	textFaint: string;
	accent: string;
	accentHover: string;
	accentText: string;
	accentTint: string;
	onAccent: string;
	risk: string;
	riskTint: string;
	warn: string;
	warnTint: string;
	green: string;
	shadow: string;
	shade: string;
}

const light: Palette = {
	ground: '#f4f4f1',
	surface: '#ffffff',
	raised: '#ffffff',
	sunken: '#f7f7f5',
	hover: '#f1f2ef',
	line: '#e6e6e1',
	lineStrong: '#cfd0ca',
	text: '#191c1d',
	textSoft: '#4f5759',
	textFaint: '#687072',
	accent: '#0b5f66',
	accentHover: '#0d757d',
	accentText: '#0b5f66',
	accentTint: '#e2f0f0',
	onAccent: '#ffffff',
	risk: '#b3261e',
	riskTint: '#fcebe9',
	warn: '#8a5300',
	warnTint: '#fdf2dc',
	green: '#1b7a43',
	shadow: '0 1px 2px rgb(20 30 30 / 6%), 0 8px 28px rgb(20 30 30 / 12%)',
	shade: 'rgb(25 32 33 / 40%)',
};

const dark: Palette = {
	ground: '#0e1112',
	surface: '#15191a',
	raised: '#1c2122',
	sunken: '#121617',
	hover: '#1f2526',
	line: '#272d2e',
	lineStrong: '#3c4446',
	text: '#e7eaea',
	textSoft: '#adb6b8',
	textFaint: '#8b9597',
	accent: '#187c85',
	accentHover: '#1a828b',
	accentText: '#5fc6cc',
	accentTint: '#13302f',
	onAccent: '#ffffff',
	risk: '#ff8a80',
	riskTint: '#3a1a18',
	warn: '#f0b35a',
	warnTint: '#352610',
	green: '#6fd197',
	shadow: '0 1px 2px rgb(0 0 0 / 40%), 0 10px 32px rgb(0 0 0 / 50%)',
	shade: 'rgb(0 0 0 / 60%)',
};

export const FONT =
	"-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'Helvetica Neue', Arial, sans-serif";

/** Below this width lists become cards and drawers become pages. */
export const NARROW = '(max-width: 767px)';

/** Flags are a person's own marks, so they may be any colour; each has a name and a place in the list beside its colour. */
export const FLAG_COLOURS = {
	red: '#d5453b',
	orange: '#dd7a1f',
	yellow: '#c9a40f',
	green: '#3a9a5b',
	blue: '#3a78c9',
	purple: '#8a56c2',
} as const;

function variables(palette: Palette, rise: 'green' | 'red'): string {
	const names = Object.entries(palette).map(([name, value]) => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}:${value};`);
	const [up, down] = rise === 'green' ? [palette.green, palette.risk] : [palette.risk, palette.green];
	return `${names.join('')}--up:${up};--down:${down};`;
}

/** Puts the palette on the page. Called before the first paint and when a preference changes. */
export function applyTokens(mode: 'light' | 'dark', rise: 'green' | 'red', rowHeight: number): void {
	const root = document.documentElement;
	root.style.cssText = `${variables(mode === 'dark' ? dark : light, rise)}--row:${rowHeight}px;--font:${FONT};color-scheme:${mode};`;
	root.dataset['mode'] = mode;
}

export function antdTheme(mode: 'light' | 'dark', still: boolean): ThemeConfig {
	const p = mode === 'dark' ? dark : light;
	return {
		algorithm: mode === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm,
		token: {
			colorPrimary: p.accent,
			colorInfo: p.accent,
			colorLink: p.accentText,
			colorLinkHover: p.accentText,
			colorError: p.risk,
			colorWarning: p.warn,
			colorSuccess: p.green,
			colorText: p.text,
			colorTextSecondary: p.textSoft,
			colorTextTertiary: p.textFaint,
			colorTextDescription: p.textFaint,
			colorTextPlaceholder: p.textFaint,
			colorBgLayout: p.ground,
			colorBgContainer: p.surface,
			colorBgElevated: p.raised,
			colorBorder: p.lineStrong,
			colorBorderSecondary: p.line,
			controlItemBgHover: p.hover,
			controlItemBgActive: p.accentTint,
			borderRadius: 6,
			fontFamily: FONT,
			fontSize: 14,
			controlHeight: 32,
			controlHeightSM: 26,
			fontWeightStrong: 600,
			motion: !still,
			motionDurationFast: '0.12s',
			motionDurationMid: '0.15s',
			motionDurationSlow: '0.18s',
			boxShadowSecondary: p.shadow,
		},
		components: {
			Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 400 },
			Segmented: { itemSelectedBg: p.surface, trackBg: p.hover },
			Select: { optionSelectedFontWeight: 600 },
			Tooltip: { colorBgSpotlight: mode === 'dark' ? '#2b3233' : '#23292a' },
		},
	};
}
