import type { Rate, RateSource } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/**
 * Keeps rates. Nothing is ever changed: another rate for a day that has one is a later word beside the former, so that what was computed
 * before can be computed again. What is known already in the same words is left out.
 * @returns how many are new
 */
export async function addRates(scope: Scope, rates: readonly Rate[], recordedBy: string | null): Promise<number> {
	if (rates.length === 0) return 0;
	// The last word where one call has two.
	const words = [...new Map(rates.map((r) => [`${r.currency} ${r.day} ${r.source}`, r])).values()];
	const column = (of: (rate: Rate) => string): string[] => words.map(of);
	const result = await sql`
		insert into fx_rate (workspace_id, currency, against, day, source, rate, recorded_by)
		select ${scope.workspaceId}, x.currency, x.against, x.day, x.source, x.rate, ${recordedBy}
		from unnest(${column((r) => r.currency)}::text[], ${column((r) => r.against)}::text[], ${column((r) => r.day)}::date[],
			${column((r) => r.source)}::text[], ${column((r) => r.rate)}::numeric[]) as x(currency, against, day, source, rate)
		left join lateral (
			select r.rate, r.against from fx_rate r where r.workspace_id = ${scope.workspaceId} and r.currency = x.currency and r.day = x.day
				and r.source = x.source
			order by r.recorded_at desc limit 1
		) known on true
		where (known.rate, known.against) is distinct from (x.rate, x.against)`.execute(scope.db);
	return Number(result.numAffectedRows ?? 0n);
}

export interface RateQuestion {
	currencies: readonly string[];
	/** Days between which conversions are made; the last rate before them comes along. */
	from: string;
	until: string;
	/** Only what was known at this instant; null: all. */
	asOf: string | null;
}

/**
 * The rates from which the named currencies can be converted on the named days, those of the currencies they are quoted against included, as one text that
 * {@link ratesIn} reads. Who asks again knows by it whether anything has changed.
 */
export async function ratesTold(scope: Scope, { currencies, from, until, asOf }: RateQuestion): Promise<string> {
	let text = '';
	const asked = new Set<string>(['EUR']);
	let reach = from;
	let next = [...new Set(currencies)].filter((c) => !asked.has(c)).sort();
	while (next.length > 0) {
		for (const c of next) asked.add(c);
		const found = await ratesOf(scope, next, { from: reach, until, asOf });
		for (const { currency, told } of found) text += `${currency}\n${told}\n\n`;
		// What a rate is quoted against is needed on the rate's own day.
		for (const { oldest } of found) if (oldest < reach) reach = oldest;
		next = [...new Set(found.flatMap((r) => r.against))].filter((c) => !asked.has(c)).sort();
	}
	return text;
}

/** The same as rates. Of a currency the oldest day comes first. */
export async function ratesFor(scope: Scope, question: RateQuestion): Promise<Rate[]> {
	return ratesIn(await ratesTold(scope, question));
}

/** Rates of a text that {@link ratesTold} made. */
export function ratesIn(text: string): Rate[] {
	return text
		.split('\n\n')
		.slice(0, -1)
		.flatMap((part) => {
			const [currency = '', ...lines] = part.split('\n');
			return lines.reverse().map((line): Rate => {
				const [day = '', source, against = '', rate = ''] = line.split(' ');
				return { currency, against, day, source: source as RateSource, rate };
			});
		});
}

interface ToldRates {
	currency: string;
	/** A rate a line, the newest day first. */
	told: string;
	oldest: string;
	against: string[];
}

async function ratesOf(
	scope: Scope,
	currencies: readonly string[],
	{ from, until, asOf }: Omit<RateQuestion, 'currencies'>,
): Promise<ToldRates[]> {
	const known = asOf === null ? sql`true` : sql`r.recorded_at <= ${asOf}`;
	const ofCurrency = sql`r.workspace_id = ${scope.workspaceId} and r.currency = c.currency and ${known}`;
	// The first day is told to the index, and rows come as it holds them, from its end: neither older rates are read nor is anything sorted.
	const { rows } = await sql<ToldRates>`
		select c.currency, r.told, r.oldest, r.against from (
			select c.currency, coalesce((select r.day from fx_rate r where ${ofCurrency} and r.day <= ${from}::date order by r.day desc limit 1),
				${from}::date) as since
			from unnest(${[...currencies]}::text[]) as c(currency) offset 0
		) c cross join lateral (
			select string_agg(told, E'\n') as told, min(day)::text as oldest, array_agg(distinct against) as against from (
				select distinct on (r.day, r.source) r.told, r.day, r.against from fx_rate r
				where ${ofCurrency} and r.day >= c.since and r.day <= ${until}::date
				order by r.day desc, r.source desc, r.recorded_at desc
			) last
		) r where r.told is not null`.execute(scope.db);
	return rows;
}

/** Newest day of each source and currency, newest word first: what the settings show. */
export async function newestRates(scope: Scope): Promise<(Rate & { recordedAt: string })[]> {
	const { rows } = await sql<{ currency: string; against: string; day: string; source: string; rate: string; recorded_at: string }>`
		select distinct on (currency, source) currency, against, day, source, rate::text as rate, recorded_at from fx_rate
		where workspace_id = ${scope.workspaceId} order by currency, source, day desc, recorded_at desc`.execute(scope.db);
	return rows.map(({ recorded_at, ...r }) => ({ ...r, source: r.source as RateSource, recordedAt: recorded_at }));
}

/** What a workspace needs rates for: the currencies of its stores and its own, since when, and which days each source has told. */
export async function rateNeeds(scope: Scope): Promise<{
	currencies: string[];
	firstOrderAt: string | null;
	known: Map<string, { oldest: string; newest: string }>;
}> {
	const { rows } = await sql<{ currency: string }>`
		select currency from store where workspace_id = ${scope.workspaceId}
		union select base_currency from workspace where workspace_id = ${scope.workspaceId} order by 1`.execute(scope.db);
	const first = await scope.db
		.selectFrom('orders')
		.select('placed_at')
		.where('workspace_id', '=', scope.workspaceId)
		.orderBy('placed_at')
		.orderBy('order_id')
		.limit(1)
		.executeTakeFirst();
	const known = await sql<{ source: string; oldest: string; newest: string }>`
		select source, min(day)::text as oldest, max(day)::text as newest from fx_rate
		where workspace_id = ${scope.workspaceId} group by source`.execute(scope.db);
	return {
		currencies: rows.map((r) => r.currency),
		firstOrderAt: first?.placed_at ?? null,
		known: new Map(known.rows.map(({ source, ...days }) => [source, days])),
	};
}
