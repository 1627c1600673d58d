import { createHash } from 'node:crypto';
import { type Database, messageHits } from '@pangea/db';
import { searchMarks, searchTerms } from '@pangea/domain';
import pg from 'pg';

/** Of a language: words that most messages draw from, so that the commonest are in every eighth message of all, and sentences of them. */
const VOCABULARY = {
	en: 'hello please thanks order refund delivery package received broken when will arrive size colour wrong return money tracking number late help item seller address change cancel invoice warranty replacement quality missing'.split(
		' ',
	),
	es: 'hola gracias pedido devolución dinero envío paquete llegó roto cuándo llegará talla color equivocado número seguimiento tarde ayuda artículo vendedor dirección cambiar cancelar factura garantía reemplazo calidad falta está'.split(
		' ',
	),
	pt: 'olá obrigado pedido devolução dinheiro envio pacote chegou quebrado quando chegará tamanho cor errado número rastreamento atrasado ajuda produto vendedor endereço mudar cancelar nota garantia troca qualidade falta não'.split(
		' ',
	),
	zh: '你好 请问 订单 退货 退款 发货 快递 收到 坏了 什么时候 到货 尺码 颜色 错了 物流 单号 太慢 帮忙 商品 卖家 地址 修改 取消 发票 保修 换货 质量 少件 谢谢 可以'.split(
		' ',
	),
} as const;
type Tongue = keyof typeof VOCABULARY;
const TONGUES = Object.keys(VOCABULARY) as Tongue[];
const BATCH = 5000;
const WORDS = 9;

/** Digests as wide and as spread as those of a key; that they are keyed costs a search nothing. */
const known = new Map<string, string>();
function digest(mark: string): string {
	let made = known.get(mark);
	if (made === undefined) {
		made = String(createHash('sha256').update(mark).digest().readBigInt64BE(0));
		known.set(mark, made);
	}
	return made;
}

/** A sequence that is the same at every run. */
function draws(seed: number): () => number {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

function sentence(n: number, next: () => number): { text: string; order: string } {
	const tongue = TONGUES[n % TONGUES.length] ?? 'en';
	const words = VOCABULARY[tongue];
	// Squared, so that the first words are common and the last ones rare, as words are.
	const drawn = Array.from({ length: WORDS }, () => words[Math.floor(next() ** 2 * words.length)] ?? '');
	// Some words that hardly anybody else writes.
	if (n % 500 === 0) drawn.push(`zx${(n / 500).toString(36)}word`, `瓷${String.fromCodePoint(0x4e00 + ((n / 500) % 2000))}`);
	return { text: drawn.join(tongue === 'zh' ? '' : ' '), order: `57${String(Math.floor(n / 10) * 7919).padStart(16, '0')}` };
}

/** Gives every message the marks of a sentence in one of four languages, of a buyer's name and of an order. */
export async function fillSearch(url: string, workspaceId: string): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		await client.query(`set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '256MB'`);
		await client.query('drop index message_marks');
		await client.query(
			`create temp table numbered as select message_id, row_number() over (order by sent_at, message_id) as n from message where workspace_id = $1`,
			[workspaceId],
		);
		await client.query('create index on numbered (n)');
		const counted = await client.query<{ n: string }>('select count(*) as n from numbered');
		const rows = Number(counted.rows[0]?.n);
		const next = draws(7);
		for (let from = 1; from <= rows; from += BATCH) {
			const marks = Array.from({ length: Math.min(BATCH, rows - from + 1) }, (_, i) => {
				const { text, order } = sentence(from + i, next);
				return `{${searchMarks([`Buyer${Math.floor((from + i) / 10)}`, order, text])
					.map(digest)
					.join(',')}}`;
			});
			await client.query(
				`update message m set marks = x.marks::bigint[], marked = true from unnest($1::text[]) with ordinality as x(marks, i)
					join numbered on numbered.n = $2::bigint + x.i - 1 where m.workspace_id = $3 and m.message_id = numbered.message_id`,
				[marks, from, workspaceId],
			);
		}
		await client.query('create index message_marks on message using gin (marks) with (fastupdate = off)');
		await client.query('vacuum analyze message');
	} finally {
		await client.end();
	}
}

/** What operators look for, from a word that every eighth message has to one that a single one has. */
const QUESTIONS: Record<string, string> = {
	'search, an order': `57${String(4242 * 7919).padStart(16, '0')}`,
	'search, en common': 'hello',
	'search, en medium': 'invoice',
	'search, en rare': 'zx2sword',
	'search, es with accents': 'devolución',
	'search, es typed without': 'devolucion',
	'search, pt with accents': 'não',
	'search, pt typed without': 'nao',
	'search, zh two characters common': '退货',
	'search, zh two characters rare': '瓷丐',
	'search, zh four characters': '什么时候',
	'search, two words': 'refund invoice',
	'search, words that nobody has together': 'invoice 退货',
};

type Timed = (ask: () => Promise<unknown>) => Promise<{ p50: number; p95: number }>;

/** First pages of hits in the database, all stores and one. */
export async function timeSearches(
	database: Database,
	workspaceId: string,
	timed: Timed,
): Promise<Record<string, Awaited<ReturnType<Timed>>>> {
	const figures: Record<string, Awaited<ReturnType<Timed>>> = {};
	const ask = (question: string, stores: string[] | null) => {
		const marks = searchTerms(question).flatMap((term) => term.marks.map((group) => group.map(digest)));
		return () => database.inWorkspace(workspaceId, (scope) => messageHits(scope, { marks, stores, limit: 40 }));
	};
	for (const [name, question] of Object.entries(QUESTIONS)) {
		const found = await ask(question, null)();
		if (found.length === 0 && !name.includes('nobody')) throw new Error(`${name} finds nothing`);
		figures[name] = await timed(ask(question, null));
	}
	const few = await database.inWorkspace(workspaceId, async (scope) => {
		const rows = await scope.db.selectFrom('store').select('store_id').where('workspace_id', '=', workspaceId).limit(3).execute();
		return rows.map((row) => row.store_id);
	});
	const store = few[0] ?? '';
	figures['search, en common, one store of forty'] = await timed(ask('hello', [store]));
	figures['search, en common, three stores of forty'] = await timed(ask('hello', few));
	figures['search, zh rare, one store of forty'] = await timed(ask('瓷丐', [store]));
	return figures;
}
