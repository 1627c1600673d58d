import type { Language, NoticeKind } from '@pangea/domain';

/** What fills a sentence's gaps. Names of stores are the seller's own; nothing of a buyer is ever told. */
export interface NoticeFacts {
	stores: readonly { platform: string; name: string; country: string }[];
	detail: Readonly<Record<string, string | number>>;
	/** Where a person can do something about it. */
	link: string;
}

interface Sentences {
	subject(stores: string): string;
	body(stores: string, facts: Gaps): string;
}

interface Gaps {
	count: string;
	at: string;
}

interface Words {
	kinds: Record<NoticeKind, Sentences>;
	/** Of stores beyond those that are named. */
	more(count: number): string;
	list: string;
	test: { subject: string; body: string };
	open: string;
}

const PLATFORM_NAMES: Readonly<Record<string, string>> = {
	amazon: 'Amazon',
	temu: 'Temu',
	'mercado-libre': 'Mercado Libre',
	'tiktok-shop': 'TikTok Shop',
};

const NAMED = 3;

const WORDS: Record<Language, Words> = {
	en: {
		kinds: {
			grantEnded: {
				subject: (stores) => `Permission has ended: ${stores}`,
				body: (stores) => `The platform no longer lets us read the orders of ${stores}. The store's owner has to grant it again.`,
			},
			grantEnding: {
				subject: (stores) => `Permission ends soon: ${stores}`,
				body: (stores, { at }) => `The permission for ${stores} ends on ${at}. Reconnect before that, so that no order is missed.`,
			},
			syncStalled: {
				subject: (stores) => `Orders stand still: ${stores}`,
				body: (stores, { at }) => `The orders of ${stores} are complete up to ${at} only. Look at the store's problem.`,
			},
			ordersLacking: {
				subject: (stores) => `Orders are missing: ${stores}`,
				body: (stores, { count }) => `${stores}: the platform counts orders that its list does not give out. Missing: ${count}.`,
			},
			quarantineGrowing: {
				subject: (stores) => `Records are set aside: ${stores}`,
				body: (stores, { count }) => `${stores}: new records of the last 24 hours that could not be understood: ${count}. Nothing is lost.`,
			},
			salesRepaired: {
				subject: (stores) => `Figures were corrected: ${stores}`,
				body: (stores, { count }) =>
					`${stores}: sums of sales that differed from their orders and were corrected: ${count}. The orders themselves are untouched.`,
			},
			paperEnded: {
				subject: () => 'A company paper has ended',
				body: (stores, { at }) =>
					`A paper in the company dossier ended on ${at}. Renew it and write the new date into the dossier.${stores === '' ? '' : ` Stores of the company: ${stores}.`}`,
			},
			paperEnding: {
				subject: () => 'A company paper ends soon',
				body: (stores, { at }) =>
					`A paper in the company dossier ends on ${at}. Renew it before that.${stores === '' ? '' : ` Stores of the company: ${stores}.`}`,
			},
			mentioned: {
				subject: (stores) => `You were named in a note: ${stores}`,
				body: (stores) => `A colleague named you in a note on a conversation of ${stores}. Open it to read the note.`,
			},
			exportReady: {
				subject: () => 'Your scheduled files are ready',
				body: (_stores, { count, at }) => `The files of your export schedule of ${at} are ready: ${count}. They are kept for seven days.`,
			},
			exportMissed: {
				subject: () => 'A scheduled export was missed',
				body: (_stores, { at }) =>
					`The files of your export schedule of ${at} are not there, or not at their destination. Open the exports to see why and to make or bring them now.`,
			},
			lowReview: {
				subject: (stores) => `A review of few stars: ${stores}`,
				body: (stores) => `A buyer of ${stores} wrote a review of few stars. Open it to read it and to say what was done.`,
			},
			answerDue: {
				subject: (stores) => `An answer is due soon: ${stores}`,
				body: (stores, { at }) => `A buyer of ${stores} waits, and the platform wants an answer by ${at}. Nobody has given one.`,
			},
		},
		more: (count) => `${count} more`,
		list: ', ',
		test: {
			subject: 'Pangea: a test',
			body: 'This is a test. Notices of your stores will arrive here.',
		},
		open: 'Open',
	},
	'zh-CN': {
		kinds: {
			grantEnded: {
				subject: (stores) => `授权已失效:${stores}`,
				body: (stores) => `平台不再允许我们读取 ${stores} 的订单。需要店铺主账号重新授权。`,
			},
			grantEnding: {
				subject: (stores) => `授权即将到期:${stores}`,
				body: (stores, { at }) => `${stores} 的授权将于 ${at} 到期。请提前重新授权,以免漏单。`,
			},
			syncStalled: {
				subject: (stores) => `同步停滞:${stores}`,
				body: (stores, { at }) => `${stores} 的订单只完整到 ${at}。请查看该店铺的问题说明。`,
			},
			ordersLacking: {
				subject: (stores) => `订单有缺口:${stores}`,
				body: (stores, { count }) => `${stores}:平台统计到了订单,但其列表没有给出。缺少:${count}。`,
			},
			quarantineGrowing: {
				subject: (stores) => `隔离记录增多:${stores}`,
				body: (stores, { count }) => `${stores}:最近 24 小时新增无法识别的记录:${count}。数据没有丢失。`,
			},
			salesRepaired: {
				subject: (stores) => `数据已更正:${stores}`,
				body: (stores, { count }) => `${stores}:与订单不一致、现已更正的销售汇总:${count}。订单本身没有改动。`,
			},
			paperEnded: {
				subject: () => '公司资质已过期',
				body: (stores, { at }) =>
					`公司档案中的一份资质已于 ${at} 到期。请续办,并在档案中更新日期。${stores === '' ? '' : `该公司的店铺:${stores}。`}`,
			},
			paperEnding: {
				subject: () => '公司资质即将到期',
				body: (stores, { at }) => `公司档案中的一份资质将于 ${at} 到期。请提前续办。${stores === '' ? '' : `该公司的店铺:${stores}。`}`,
			},
			mentioned: {
				subject: (stores) => `有备注提到了您:${stores}`,
				body: (stores) => `同事在 ${stores} 的一个会话备注中提到了您。打开会话即可查看。`,
			},
			exportReady: {
				subject: () => '定时导出的文件已生成',
				body: (_stores, { count, at }) => `您 ${at} 的定时导出已生成 ${count} 个文件，保留七天。`,
			},
			exportMissed: {
				subject: () => '定时导出未完成',
				body: (_stores, { at }) => `您 ${at} 的定时导出没有生成文件，或没有送达目的地。请打开下载中心查看原因，并立即生成或重新送达。`,
			},
			lowReview: {
				subject: (stores) => `低星评论:${stores}`,
				body: (stores) => `${stores} 有买家写了低星评论。请打开查看，处理后标记为已处理。`,
			},
			answerDue: {
				subject: (stores) => `即将超过回复时限：${stores}`,
				body: (stores, { at }) => `${stores} 有买家在等待，平台要求在 ${at} 前回复，目前无人回复。`,
			},
		},
		more: (count) => `另外 ${count} 家`,
		list: '、',
		test: { subject: 'Pangea:测试', body: '这是一条测试消息。您店铺的通知会发送到这里。' },
		open: '查看',
	},
	'pt-BR': {
		kinds: {
			grantEnded: {
				subject: (stores) => `A permissão terminou: ${stores}`,
				body: (stores) =>
					`A plataforma não nos deixa mais ler os pedidos de ${stores}. O dono da loja precisa conceder a permissão de novo.`,
			},
			grantEnding: {
				subject: (stores) => `A permissão termina em breve: ${stores}`,
				body: (stores, { at }) => `A permissão de ${stores} termina em ${at}. Reconecte antes disso para não perder pedidos.`,
			},
			syncStalled: {
				subject: (stores) => `Pedidos parados: ${stores}`,
				body: (stores, { at }) => `Os pedidos de ${stores} estão completos só até ${at}. Veja o problema da loja.`,
			},
			ordersLacking: {
				subject: (stores) => `Faltam pedidos: ${stores}`,
				body: (stores, { count }) => `${stores}: a plataforma conta pedidos que a lista dela não entrega. Faltam: ${count}.`,
			},
			quarantineGrowing: {
				subject: (stores) => `Registros postos de lado: ${stores}`,
				body: (stores, { count }) =>
					`${stores}: registros novos das últimas 24 horas que não puderam ser entendidos: ${count}. Nada se perdeu.`,
			},
			salesRepaired: {
				subject: (stores) => `Números corrigidos: ${stores}`,
				body: (stores, { count }) =>
					`${stores}: somas de vendas que diferiam dos pedidos e foram corrigidas: ${count}. Os pedidos em si não mudaram.`,
			},
			paperEnded: {
				subject: () => 'Um documento da empresa venceu',
				body: (stores, { at }) =>
					`Um documento do dossiê da empresa venceu em ${at}. Renove-o e registre a nova data no dossiê.${stores === '' ? '' : ` Lojas da empresa: ${stores}.`}`,
			},
			paperEnding: {
				subject: () => 'Um documento da empresa vence em breve',
				body: (stores, { at }) =>
					`Um documento do dossiê da empresa vence em ${at}. Renove-o antes disso.${stores === '' ? '' : ` Lojas da empresa: ${stores}.`}`,
			},
			mentioned: {
				subject: (stores) => `Você foi citado em uma nota: ${stores}`,
				body: (stores) => `Um colega citou você em uma nota de uma conversa de ${stores}. Abra a conversa para ler.`,
			},
			exportReady: {
				subject: () => 'Seus arquivos agendados estão prontos',
				body: (_stores, { count, at }) =>
					`Os arquivos da sua exportação agendada de ${at} estão prontos: ${count}. Eles ficam guardados por sete dias.`,
			},
			exportMissed: {
				subject: () => 'Uma exportação agendada falhou',
				body: (_stores, { at }) =>
					`Os arquivos da sua exportação agendada de ${at} não existem ou não chegaram ao destino. Abra as exportações para ver o motivo e gerá-los ou enviá-los agora.`,
			},
			lowReview: {
				subject: (stores) => `Uma avaliação de poucas estrelas: ${stores}`,
				body: (stores) => `Um comprador de ${stores} escreveu uma avaliação de poucas estrelas. Abra para ler e dizer o que foi feito.`,
			},
			answerDue: {
				subject: (stores) => `Uma resposta vence em breve: ${stores}`,
				body: (stores, { at }) => `Um comprador de ${stores} espera, e a plataforma quer uma resposta até ${at}. Ninguém respondeu.`,
			},
		},
		more: (count) => `mais ${count}`,
		list: ', ',
		test: { subject: 'Pangea: um teste', body: 'Isto é um teste. Os avisos das suas lojas chegarão aqui.' },
		open: 'Abrir',
	},
	'es-MX': {
		kinds: {
			grantEnded: {
				subject: (stores) => `El permiso terminó: ${stores}`,
				body: (stores) => `La plataforma ya no nos deja leer los pedidos de ${stores}. El dueño de la tienda tiene que otorgarlo de nuevo.`,
			},
			grantEnding: {
				subject: (stores) => `El permiso termina pronto: ${stores}`,
				body: (stores, { at }) => `El permiso de ${stores} termina el ${at}. Reconecta antes para no perder pedidos.`,
			},
			syncStalled: {
				subject: (stores) => `Pedidos detenidos: ${stores}`,
				body: (stores, { at }) => `Los pedidos de ${stores} están completos solo hasta ${at}. Revisa el problema de la tienda.`,
			},
			ordersLacking: {
				subject: (stores) => `Faltan pedidos: ${stores}`,
				body: (stores, { count }) => `${stores}: la plataforma cuenta pedidos que su lista no entrega. Faltan: ${count}.`,
			},
			quarantineGrowing: {
				subject: (stores) => `Registros apartados: ${stores}`,
				body: (stores, { count }) =>
					`${stores}: registros nuevos de las últimas 24 horas que no se pudieron entender: ${count}. Nada se perdió.`,
			},
			salesRepaired: {
				subject: (stores) => `Cifras corregidas: ${stores}`,
				body: (stores, { count }) =>
					`${stores}: sumas de ventas que diferían de sus pedidos y se corrigieron: ${count}. Los pedidos mismos no cambiaron.`,
			},
			paperEnded: {
				subject: () => 'Un documento de la empresa venció',
				body: (stores, { at }) =>
					`Un documento del expediente de la empresa venció el ${at}. Renuévalo y anota la nueva fecha en el expediente.${stores === '' ? '' : ` Tiendas de la empresa: ${stores}.`}`,
			},
			paperEnding: {
				subject: () => 'Un documento de la empresa vence pronto',
				body: (stores, { at }) =>
					`Un documento del expediente de la empresa vence el ${at}. Renuévalo antes.${stores === '' ? '' : ` Tiendas de la empresa: ${stores}.`}`,
			},
			mentioned: {
				subject: (stores) => `Te mencionaron en una nota: ${stores}`,
				body: (stores) => `Un compañero te mencionó en una nota de una conversación de ${stores}. Ábrela para leerla.`,
			},
			exportReady: {
				subject: () => 'Tus archivos programados están listos',
				body: (_stores, { count, at }) =>
					`Los archivos de tu exportación programada del ${at} están listos: ${count}. Se guardan siete días.`,
			},
			exportMissed: {
				subject: () => 'Faltó una exportación programada',
				body: (_stores, { at }) =>
					`Los archivos de tu exportación programada del ${at} no están o no llegaron a su destino. Abre las exportaciones para ver por qué y generarlos o enviarlos ahora.`,
			},
			lowReview: {
				subject: (stores) => `Una opinión de pocas estrellas: ${stores}`,
				body: (stores) => `Un comprador de ${stores} escribió una opinión de pocas estrellas. Ábrela para leerla y decir qué se hizo.`,
			},
			answerDue: {
				subject: (stores) => `Una respuesta vence pronto: ${stores}`,
				body: (stores, { at }) =>
					`Un comprador de ${stores} espera y la plataforma quiere una respuesta antes de ${at}. Nadie ha respondido.`,
			},
		},
		more: (count) => `${count} más`,
		list: ', ',
		test: { subject: 'Pangea: una prueba', body: 'Esta es una prueba. Los avisos de tus tiendas llegarán aquí.' },
		open: 'Abrir',
	},
};

/** A message as every channel can carry it. */
export interface NoticeText {
	subject: string;
	/** Plain text of a few lines. */
	body: string;
}

export function noticeText(language: Language, kind: NoticeKind, { stores, detail, link }: NoticeFacts): NoticeText {
	const words = WORDS[language];
	const names = stores.slice(0, NAMED).map((s) => `${PLATFORM_NAMES[s.platform] ?? s.platform} ${s.country} ${s.name}`);
	const told = [...names, ...(stores.length > NAMED ? [words.more(stores.length - NAMED)] : [])].join(words.list);
	const at = detail['endsAt'] ?? detail['since'];
	const { day } = detail;
	const gaps: Gaps = {
		count: new Intl.NumberFormat(language).format(Number(detail['count'] ?? 0)),
		at:
			day !== undefined
				? new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(day))
				: at === undefined
					? ''
					: `${new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(at))} UTC`,
	};
	const sentences = words.kinds[kind];
	return { subject: sentences.subject(told), body: `${sentences.body(told, gaps)}\n${words.open}: ${link}` };
}

/** What a person sends to see whether a channel works. */
export function testText(language: Language, link: string): NoticeText {
	const { test, open } = WORDS[language];
	return { subject: test.subject, body: `${test.body}\n${open}: ${link}` };
}
