import { fold } from './folded.ts';

/** When its phrases were looked through last. */
export const PHRASE_BOOK_DAY = '2026-11-29';

/** What buyers often write about. Each is a subject and no wish: a phrase book does not hear a "not". */
export const PHRASES = [
	'whereIsParcel',
	'notArrived',
	'deliveryTime',
	'refund',
	'giveBack',
	'exchange',
	'wrongSize',
	'wrongItem',
	'missingPart',
	'broken',
	'notWorking',
	'invoice',
	'cancel',
	'address',
	'price',
	'inStock',
	'warranty',
	'howToUse',
	'complaint',
	'thanks',
	'greeting',
] as const;
export type Phrase = (typeof PHRASES)[number];

/** A phrase and where it stands, in UTF-16 units, end exclusive. */
export interface FoundPhrase {
	phrase: Phrase;
	start: number;
	end: number;
}

// Folded: small letters without accents. `w` is a word of its own, `h` stands anywhere, since Chinese puts no blanks.
const w = (...parts: string[]): RegExp => new RegExp(`(?<![a-z0-9])(?:${parts.join('|')})(?![a-z0-9])`, 'g');
const h = (...parts: string[]): RegExp => new RegExp(parts.join('|'), 'g');

/** The same subject in English, Spanish, Portuguese and Chinese, as buyers put it. */
const BOOK: Record<Phrase, readonly RegExp[]> = {
	whereIsParcel: [
		w(
			"where(?: is|'s) (?:my|the) (?:order|parcel|package|item|stuff|delivery)",
			'track(?:ing)?(?: number)?',
			'donde (?:esta|anda|viene) (?:mi|el) (?:pedido|paquete|producto|compra|envio)',
			'(?:numero|codigo) de (?:guia|rastreo|seguimiento|rastreio)',
			'rastre(?:o|ar|io|amento)',
			'(?:onde|cade)(?: esta| anda| ta)? (?:o |a |meu |minha |o meu |a minha )?(?:pedido|pacote|encomenda|produto|compra)',
			'status do (?:pedido|envio)',
		),
		h('物流', '快递(?:到哪|单号|信息)', '包裹(?:在哪|到哪|呢)', '到哪(?:里|儿)?了', '单号'),
	],
	notArrived: [
		w(
			"(?:has|have|did)(?:n't| not) (?:arrived?|come|received?|gotten|got)",
			'(?:not|never) (?:yet )?(?:arrived|received|delivered|got|came)',
			'(?:aun |todavia )?no (?:me )?(?:ha |han )?(?:llegado|llega|llego|recibi|recibido|entregado|entregaron)(?: aun| todavia)?',
			'(?:ainda )?nao (?:chegou|chega|recebi|foi entregue|entregaram|veio)(?: ainda)?',
		),
		h('(?:还|一直)?(?:没有?|未)(?:收到|到货|送到|到)', '收不到'),
	],
	deliveryTime: [
		w(
			'when (?:will|does|is|can) (?:it|my|the|i|you)[a-z ]{0,24}(?:arrive|come|ship|delivered|get|receive|send)',
			'how long (?:does|will|is)[a-z ]{0,20}(?:shipping|delivery|take|arrive)',
			'delivery (?:date|time)',
			'cuando (?:me )?(?:llega|llegara|envian|mandan|lo envian|sale|recibo|entregan)',
			'cuanto (?:tarda|demora|tiempo)',
			'(?:fecha|plazo|tiempo) de (?:entrega|envio)',
			'quando (?:vai )?(?:chega|chegar|enviam|envia|vao enviar|entregam|sera enviado|sera entregue)',
			'(?:prazo|previsao|data) de (?:entrega|envio)',
			'quanto tempo',
		),
		h('什么时候(?:到|发货|送)', '几天(?:到|能到|发货)', '多久(?:到|能到|发货)', '何时(?:到|发货)', '发货了吗'),
	],
	refund: [
		w(
			'refund(?:ed|s|ing)?',
			'(?:my )?money back',
			'reembols[oae][a-z]{0,5}',
			'(?:devolucion|devuelvan|devolver) (?:de |del |mi |el )?dinero',
			'estorno',
			'dinheiro de volta',
		),
		h('退款', '退钱', '把钱退'),
	],
	giveBack: [
		w(
			'return (?:it|them|this|the|my)[a-z ]{0,16}',
			'(?:send|give|sending) (?:it|them|this) back',
			'return label',
			'devolver(?:lo|la|los|las)?',
			'devolucion(?:es)?',
			'devolucao|devolve-l[oa]',
		),
		h('退货', '寄回', '退回'),
	],
	exchange: [
		w('exchange', 'replacement', 'replace (?:it|them)', 'cambiar(?:lo|la)?', 'cambio', 'reemplazo', 'trocar?', 'troca'),
		h('换货', '更换', '换一个', '调换', '补发'),
	],
	wrongSize: [
		w(
			'(?:wrong|different) size',
			'too (?:small|big|large|tight|loose|short|long)',
			"(?:doesn't|does not|didn't|did not|don't) fit",
			'size (?:chart|guide)',
			'talla(?:s)?',
			'(?:me )?(?:queda|quedo) (?:muy )?(?:chic[oa]|pequen[oa]|grande|ajustad[oa]|apretad[oa])',
			'tamanho(?:s)?(?: errado)?',
			'(?:ficou|e|veio) (?:muito )?(?:pequen[oa]|grande|apertad[oa]|larg[oa])',
			'nao (?:serviu|coube|serve)',
		),
		h('尺码', '尺寸', '(?:太|偏)(?:大|小|紧|松|长|短)', '穿不(?:上|下)', '不合身'),
	],
	wrongItem: [
		w(
			'wrong (?:item|product|colou?r|order|model|one)',
			"(?:not|isn't) what i ordered",
			'(?:producto|articulo|color|modelo) (?:equivocado|incorrecto|diferente|distinto)',
			'no es lo que (?:pedi|compre)',
			'(?:produto|item|cor|modelo) (?:errad[oa]|trocad[oa]|diferente)',
			'nao (?:e|foi) o que (?:pedi|comprei)',
		),
		h('发错', '寄错', '颜色不对', '不是我(?:买|要|订)的', '货不对板', '(?:与|和|跟)(?:描述|图片)不(?:符|一样)'),
	],
	missingPart: [
		w(
			'missing (?:part|piece|item|screw|accessor)[a-z]{0,4}',
			'(?:part|piece|item)s? (?:is|are) missing',
			'empty (?:box|package|parcel)',
			'(?:falta|faltan|falto|faltaron|faltou|faltando)(?: [a-z]{1,12}){0,2}',
			'incomplet[oa]',
			'(?:caja|paquete|caixa|pacote) vaci[oa]|vazi[oa]',
		),
		h('少(?:了|发|件)', '缺(?:少|件|货品)', '漏发', '空包裹'),
	],
	broken: [
		w(
			'broke(?:n)?',
			'damaged?',
			'cracked',
			'scratch(?:ed|es)?',
			'torn',
			'defective',
			'(?:llego |vino )?(?:rot[oa]s?|danad[oa]s?|quebrad[oa]s?|estropead[oa]s?|roto)',
			'defectuos[oa]s?',
			'(?:chegou |veio )?(?:quebrad[oa]s?|danificad[oa]s?|rasgad[oa]s?|com defeito)',
			'defeituos[oa]s?',
		),
		h('坏(?:了|的)', '破(?:了|损|的)', '碎了', '裂(?:了|开)', '质量(?:问题|差|不好)', '瑕疵', '损坏'),
	],
	notWorking: [
		w(
			"(?:doesn't|does not|didn't|won't|not|stopped|isn't) (?:work|working|turn on|charge|charging|power on|start)",
			'no (?:funciona|sirve|prende|enciende|carga|trabaja)',
			'dejo de funcionar',
			'nao (?:funciona|liga|carrega|presta|acende)',
			'parou de funcionar',
		),
		h('不能用', '用不了', '没反应', '充不(?:进|上)电', '打不开', '不(?:亮|工作|通电)'),
	],
	invoice: [
		w('invoice', 'receipt', 'tax (?:number|id)', 'factura[a-z]{0,5}', 'rfc', 'nota fiscal', 'nfe?', 'cpf|cnpj'),
		h('发票', '收据', '开票'),
	],
	cancel: [w('cancel(?:led|ed|ling|ation|ing)?', 'cancel(?:ar|acion|e|en|o|ado|amento|arlo|ei)'), h('取消', '不想要了', '不要了')],
	address: [
		w(
			'(?:wrong|new|change(?: the| my)?|shipping|delivery) address',
			'(?:cambiar|corregir|mi|la) (?:la )?direccion',
			'domicilio',
			'(?:mudar|trocar|alterar|corrigir|meu|o) (?:o )?endereco',
		),
		h('(?:改|换|修改)(?:一下)?(?:收货)?地址', '地址(?:错|填错|写错|不对)', '收货地址'),
	],
	price: [
		w(
			'discount',
			'coupon',
			'price',
			'cheaper',
			'how much',
			'descuento',
			'cupon',
			'precio',
			'cuanto (?:cuesta|vale|sale)',
			'desconto',
			'cupom',
			'preco',
			'quanto (?:custa|e|fica|sai)',
		),
		h('优惠', '折扣', '便宜', '多少钱', '价格', '差价'),
	],
	inStock: [
		w(
			'in stock',
			'available',
			'availability',
			'restock',
			'do you have',
			'(?:tienen?|hay) (?:en )?(?:stock|existencia|disponible|disponibilidad)',
			'disponible',
			'tem (?:em )?(?:estoque|disponivel)',
			'disponivel',
		),
		h('有(?:货|现货)', '现货', '补货', '库存'),
	],
	warranty: [w('warranty', 'guarantee', 'garantia'), h('保修', '质保', '保固')],
	howToUse: [
		w(
			'how (?:do|can) i (?:use|install|assemble|set|connect|open|clean|charge)',
			'instructions?',
			'manual',
			'como (?:se |lo |la )?(?:usa|uso|instala|instalo|arma|armo|conecta|monta|montar|usar|instalar|configura|configurar)',
			'instructivo',
			'instrucoes|instrucciones',
		),
		h('怎么(?:用|安装|装|使用|连接|打开|充电)', '说明书', '使用方法'),
	],
	complaint: [
		w(
			'complain(?:t|ing)?',
			'scam',
			'fraud',
			'report you',
			'terrible',
			'worst',
			'unacceptable',
			'reclamo',
			'reclamar',
			'denuncia[a-z]{0,3}',
			'estafa',
			'fraude',
			'pesim[oa]',
			'golpe',
			'reclamacao',
			'pessim[oa]',
			'procon|profeco|reclame aqui',
		),
		h('投诉', '差评', '骗(?:子|人)', '举报', '太差'),
	],
	thanks: [w('thanks?(?: you)?', 'thx', 'gracias', 'obrigad[oa]', 'valeu', 'agradec[a-z]{1,5}'), h('谢谢', '感谢', '多谢')],
	greeting: [
		w(
			'hi',
			'hello',
			'hey',
			'good (?:morning|afternoon|evening)',
			'hola',
			'buen(?:os|as) (?:dias|tardes|noches)',
			'oi',
			'ola',
			'bo[am] (?:dia|tarde|noite)',
		),
		h('你好', '您好', '在吗', '亲'),
	],
};

/** The subjects of a text that the book knows, in the order in which they stand there; each once. */
export function phrasesIn(text: string): FoundPhrase[] {
	const folded = fold(text);
	const found = PHRASES.flatMap((phrase): FoundPhrase[] => {
		const [first] = BOOK[phrase].flatMap((expression) => [...folded.text.matchAll(expression)]).toSorted((a, b) => a.index - b.index);
		if (!first) return [];
		const start = folded.at[first.index] ?? 0;
		return [{ phrase, start, end: folded.at[first.index + first[0].length] ?? text.length }];
	});
	return found.toSorted((a, b) => a.start - b.start || a.end - b.end);
}
