import type { Holiday, ReplyClockRule } from '@pangea/domain';

const holidays = (...rows: readonly (readonly [name: string, ...days: string[]])[]): readonly Holiday[] =>
	rows.flatMap(([name, ...days]) => days.map((day) => ({ day, name })));

// Ley Federal del Trabajo, artículo 74: fixed days and the Mondays of February, March and November.
const MEXICO = holidays(
	['Año Nuevo', '2026-01-01', '2027-01-01'],
	['Día de la Constitución', '2026-02-02', '2027-02-01'],
	['Natalicio de Benito Juárez', '2026-03-16', '2027-03-15'],
	['Día del Trabajo', '2026-05-01', '2027-05-01'],
	['Día de la Independencia', '2026-09-16', '2027-09-16'],
	['Día de la Revolución', '2026-11-16', '2027-11-15'],
	['Navidad', '2026-12-25', '2027-12-25'],
);

// Lei 662/1949 as amended by Lei 10.607/2002, Lei 6.802/1980 and Lei 14.759/2023. Good Friday is a matter of the towns and left out.
const BRAZIL = holidays(
	['Confraternização Universal', '2026-01-01', '2027-01-01'],
	['Tiradentes', '2026-04-21', '2027-04-21'],
	['Dia do Trabalho', '2026-05-01', '2027-05-01'],
	['Independência', '2026-09-07', '2027-09-07'],
	['Nossa Senhora Aparecida', '2026-10-12', '2027-10-12'],
	['Finados', '2026-11-02', '2027-11-02'],
	['Proclamação da República', '2026-11-15', '2027-11-15'],
	['Consciência Negra', '2026-11-20', '2027-11-20'],
	['Natal', '2026-12-25', '2027-12-25'],
);

const common = {
	restarts: false,
	stops: { automaticAnswer: false, smallTalk: false, noReplyNeeded: false },
	startsOnSmallTalk: true,
	leavesOut: [],
} as const;

const twoBusinessDays = (id: string, sites: readonly string[] | null, days: readonly Holiday[]): ReplyClockRule => ({
	...common,
	id,
	kind: 'claim',
	...(sites ? { sites } : {}),
	from: '2020-01-01',
	budget: { days: 2 },
	counted: { weekdays: [1, 2, 3, 4, 5], holidays: days },
	standing: 'platform',
	// The article is official, but it does not say whose business days are meant, nor how they are cut.
	confirmed: false,
	source: 'https://developers.mercadolibre.com.ar/devsite/total-and-partial-refunds',
});

const ours = (id: string, kind: 'message' | 'question', source: string): ReplyClockRule => ({
	...common,
	id,
	kind,
	from: '2020-01-01',
	budget: { hours: 24 },
	counted: {},
	standing: 'ours',
	confirmed: false,
	source,
});

/** Exclusion of a claim from the reputation asks for an answer in time; for messages elsewhere and for questions no time is published. */
export const replyClocks: readonly ReplyClockRule[] = [
	{
		...common,
		id: 'mercado-libre.first-contact',
		kind: 'message',
		sites: ['MLA', 'MLC'],
		from: '2020-01-01',
		budget: { hours: 8 },
		// The rule names the nights only; weekends and holidays are taken to count, which is due earlier and never later.
		counted: { hours: { open: '08:00', close: '21:00' } },
		standing: 'platform',
		confirmed: true,
		source: 'https://vendedores.mercadolibre.com.ar/blog/notas/conoce-las-reglas-de-exclusion/',
	},
	ours('mercado-libre.message.ours', 'message', 'no published time for an answer was found for the other sites'),
	ours('mercado-libre.question.ours', 'question', 'the response time is shown to buyers (contract, section 7.1), without a limit'),
	twoBusinessDays('mercado-libre.claim.mx', ['MLM'], MEXICO),
	twoBusinessDays('mercado-libre.claim.br', ['MLB'], BRAZIL),
	twoBusinessDays('mercado-libre.claim', null, []),
];
