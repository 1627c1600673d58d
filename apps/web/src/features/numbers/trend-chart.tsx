import type { NumbersDayView } from '@pangea/api';
import { currencyExponent, MEASURES } from '@pangea/domain';
import { LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { figureText } from './figure.ts';
import type { Trend } from './filter.ts';

use([LineChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

interface TrendChartProps {
	days: readonly NumbersDayView[];
	trend: Trend;
	currency: string;
	/** Names of the two lines. */
	now: string;
	before: string | null;
	/** From this day on a day is not over everywhere, and said to be so. */
	firstOpenDay: string;
	notOver: string;
	label: string;
	onDay: (day: string) => void;
}

/** The colours follow the page, which may turn dark at any time. */
function useMode(): string {
	return useSyncExternalStore(
		(changed) => {
			const observer = new MutationObserver(changed);
			observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-mode', 'style'] });
			return () => observer.disconnect();
		},
		() => document.documentElement.style.cssText,
	);
}

export function TrendChart({ days, trend, currency, now, before, firstOpenDay, notOver, label, onDay }: TrendChartProps) {
	const box = useRef<HTMLDivElement>(null);
	const chart = useRef<EChartsType | null>(null);
	const mode = useMode();
	// What a press does changes with the address, before there is anything else to draw.
	const pressed = useEffectEvent(onDay);
	useEffect(() => {
		const element = box.current;
		if (!element) return undefined;
		const made = init(element, undefined, { renderer: 'svg' });
		chart.current = made;
		const observer = new ResizeObserver(() => made.resize());
		observer.observe(element);
		return () => {
			observer.disconnect();
			chart.current = null;
			made.dispose();
		};
	}, []);
	useEffect(() => {
		const made = chart.current;
		if (!made) return undefined;
		const language = shownLanguage();
		const style = getComputedStyle(document.documentElement);
		const colour = (name: string): string => style.getPropertyValue(name).trim();
		const scale = MEASURES[trend].unit === 'money' ? 10 ** currencyExponent(currency) : 1;
		const value = (text: string | null | undefined): number | null => (text === null || text === undefined ? null : Number(text) / scale);
		const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
		const date = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone: 'UTC' });
		const short = (day: string): string => date.format(new Date(`${day}T12:00:00Z`));
		const over = days.filter(({ day }) => day < firstOpenDay).length;
		const line = (name: string, of: (day: NumbersDayView) => string | null | undefined, look: object) => ({
			type: 'line' as const,
			name,
			data: days.map((day) => value(of(day))),
			showSymbol: days.length === 1,
			symbol: 'circle',
			symbolSize: 6,
			// A line says its name at its end: nobody has to look for its colour.
			endLabel: { show: true, formatter: '{a}', distance: 6, ...look },
			emphasis: { disabled: true },
			...look,
		});
		made.setOption(
			{
				animation: false,
				aria: { enabled: true, label: { description: label } },
				grid: { left: 8, right: 108, top: 16, bottom: 4, containLabel: true },
				tooltip: {
					trigger: 'axis',
					backgroundColor: colour('--raised'),
					borderColor: colour('--line-strong'),
					textStyle: { color: colour('--text'), fontSize: 13 },
					formatter: (points: unknown) =>
						tip(
							points,
							days,
							(figures) => figureText(language, trend, figures[trend], currency),
							(day) => (day >= firstOpenDay ? `${short(day)} (${notOver})` : short(day)),
						),
				},
				xAxis: {
					type: 'category',
					boundaryGap: false,
					data: days.map((day) => day.day),
					axisLabel: { color: colour('--text-faint'), formatter: short, hideOverlap: true },
					axisLine: { lineStyle: { color: colour('--line-strong') } },
					axisTick: { show: false },
				},
				yAxis: {
					type: 'value',
					min: (range: { min: number }) => Math.min(0, range.min),
					axisLabel: { color: colour('--text-faint'), formatter: (n: number) => compact.format(n) },
					splitLine: { lineStyle: { color: colour('--line') } },
				},
				series: [
					...(before === null
						? []
						: [
								line(before, (day) => day.compared?.[trend], {
									color: colour('--text-faint'),
									lineStyle: { width: 1.5, type: 'dashed', color: colour('--text-faint') },
								}),
							]),
					{
						...line(now, (day) => (day.day < firstOpenDay ? day.figures[trend] : null), {
							color: colour('--accent-text'),
							lineStyle: { width: 2, color: colour('--accent-text') },
							areaStyle: { color: colour('--accent-text'), opacity: 0.08 },
						}),
						// The name stands at the end of what is shown.
						...(over < days.length && { endLabel: { show: false } }),
					},
					// What is not over yet would read as a fall: it hangs on the last whole day by dots and ends in a hollow point.
					...(over === days.length
						? []
						: [
								{
									...line(now, (day) => (day.day >= (days[over - 1]?.day ?? firstOpenDay) ? day.figures[trend] : null), {
										color: colour('--accent-text'),
										lineStyle: { width: 2, type: 'dotted', color: colour('--accent-text') },
									}),
									showSymbol: true,
									itemStyle: { color: colour('--surface'), borderColor: colour('--accent-text'), borderWidth: 2 },
									symbolSize: (_value: unknown, { dataIndex }: { dataIndex: number }) => (dataIndex < over ? 0 : 7),
								},
							]),
				],
			},
			{ notMerge: true },
		);
		const press = (event: { offsetX: number; offsetY: number }): void => {
			const point = [event.offsetX, event.offsetY];
			if (!made.containPixel('grid', point)) return;
			const found: unknown = made.convertFromPixel({ xAxisIndex: 0 }, point[0] ?? 0);
			const day = days[Number(found)];
			if (day) pressed(day.day);
		};
		made.getZr().on('click', press);
		return () => {
			// Gone already where the chart went with its place.
			if (!made.isDisposed()) made.getZr().off('click', press);
		};
	}, [days, trend, currency, now, before, firstOpenDay, notOver, label, mode]);
	// The chart gives it its role and its label.
	return <div className="chart" ref={box} />;
}

/** What stands in the bubble over a day: dates and figures only, so nobody's text is taken for markup. */
function tip(
	points: unknown,
	days: readonly NumbersDayView[],
	text: (value: NumbersDayView['figures']) => string,
	short: (day: string) => string,
): string {
	const first: unknown = Array.isArray(points) ? points[0] : points;
	const day = typeof first === 'object' && first !== null && 'dataIndex' in first ? days[Number(first.dataIndex)] : undefined;
	if (!day) return '';
	const former = day.comparedDay !== null && day.compared ? `<br>${short(day.comparedDay)}: ${text(day.compared)}` : '';
	return `${short(day.day)}: <b>${text(day.figures)}</b>${former}`;
}
