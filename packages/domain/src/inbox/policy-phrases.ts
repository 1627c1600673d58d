import { type Hit, joined, matches } from './policy-text.ts';

/** A name as it is, or each letter set apart by the same kind of filler, which nobody does by accident. */
function spelled(name: string): string {
	return `${name}|${name.split('').join('[ ._*|/-]{1,2}')}`;
}

const NAMES = ['whatsapp', 'wechat', 'telegram', 'instagram', 'facebook', 'weixin', 'viber', 'skype', 'snapchat', 'kakaotalk'];
const HANDLES: readonly RegExp[] = [
	new RegExp(`(?<![a-z0-9])(?:${NAMES.map(spelled).join('|')})(?![a-z0-9])`, 'g'),
	// Other ways to write or say the same names.
	/(?<![a-z0-9])(?:whats ?app|what's ?app|whatts ?app|watsapp|wasap|wassap|guasap|whatsap|we-chat|insta ?gram|tele[ -]gram|zap ?zap|wpp|wsp)(?![a-z0-9])/g,
	/(?<![a-z])(?:no|pelo|meu|por|al|mi|un|um|tu|seu|via|my|on|our|nosso) (?:zap|whats|insta|ig|tg|discord|wx|vx)(?![a-z])/g,
	/(?<![a-z0-9])(?:t\.me|wa\.me|m\.me|instagr\.am|fb\.me)\/[a-z0-9_+]{2,40}/g,
	/(?<![a-z0-9])(?:ig|fb|insta|tg|wx|vx|qq|discord|wechat id|line id)\s{0,2}[:=]\s{0,2}@?[a-z0-9_.+-]{4,40}/g,
	/(?:follow|add|find|dm|sigue|siga|siguenos|busca|busque|segue|procure|关注|搜索|搜)[^\n.@]{0,20}@[a-z][a-z0-9_.]{3,30}/gu,
	/(?<![轻些细])微[ .*_❤-]{0,2}信|薇信|维信|徽信|微x|v[ .]?信|[加+][ ]?(?:我|个|一下)?(?:的)?[ ]?(?:v|vx|wx|微|薇|扣扣|qq)(?![a-z])|(?:企鹅|扣扣|qq)[ ]?(?:号|群)?[ ]?[:：]?[ ]?[0-9]{5,12}|小红书号|抖音号/gu,
];

/** Names and handles of other ways to talk, also hidden ones. */
export function handles(text: string): Hit[] {
	return joined(HANDLES.flatMap((expression) => matches(text, expression, true)));
}

const GAP = '[^.;!?\\n。！？]{0,40}';
const REVIEW = {
	en: '(?:reviews?|feedback|ratings?|(?:\\d|one|two|three|four|five)[ -]?stars?)\\b',
	es: '(?:resenas?|opinion|opiniones|calificacion(?:es)?|valoracion(?:es)?|comentarios?|estrellas?)\\b',
	pt: '(?:avaliac(?:ao|oes)|comentarios?|opiniao|estrelas?)\\b',
	zh: '(?:评价|评论|评分|好评|五星|5星|星级|晒图|反馈分)',
} as const;
const ASK = {
	en: '\\b(?:leave|write|post|drop|submit|rate|give)\\b',
	es: '\\b(?:deja|deje|dejar|dejarnos|dejenos|dejanos|escribe|escriba|publica|publique|califica|califique|calificanos|danos|denos)\\b',
	pt: '\\b(?:deixe|deixar|escreva|publique|avalie|avaliar|faca|de-nos|nos de)\\b',
	zh: '(?:请|麻烦|希望|求|帮忙|能否|可以|留下|写个|给个|给我们)',
} as const;

const ASKS: readonly RegExp[] = [
	new RegExp(`${ASK.en}${GAP}\\b${REVIEW.en}|\\brate (?:us|our|this|your)\\b`, 'g'),
	new RegExp(`${ASK.es}${GAP}\\b${REVIEW.es}|\\bcalif[ií](?:que|ca)(?:nos)\\b`, 'g'),
	new RegExp(`${ASK.pt}${GAP}\\b${REVIEW.pt}|\\bavalie(?:-nos)?\\b ?(?:a|o|nossa|nosso|sua)?\\b`, 'g'),
	new RegExp(`${ASK.zh}[^.!?\\n。！？]{0,16}${REVIEW.zh}`, 'gu'),
];

/** Any request for a review. */
export function reviewAsks(text: string): Hit[] {
	return joined(ASKS.flatMap((expression) => matches(text, expression, false)));
}

const SLANTS: readonly RegExp[] = [
	new RegExp(
		`${ASK.en}${GAP}\\b(?:positive|good|great|nice|excellent)[ -](?:\\w{1,12} )?${REVIEW.en}|${ASK.en}${GAP}\\b(?:5|five)[ -]?stars?\\b|\\b(?:5|five)[ -]stars?\\b${GAP}\\b(?:please|appreciated)\\b|\\b(?:love|appreciate|hope for|wish for)\\b${GAP}\\b(?:5|five)[ -]star|\\b(?:change|update|edit|revise|remove|delete|withdraw|modify)\\b${GAP}\\b(?:review|feedback|rating)s?\\b`,
		'g',
	),
	new RegExp(
		`\\b(?:agrade[cz]\\w{1,8}|encantari?\\w{1,4})${GAP}\\b(?:5|cinco) estrellas|${ASK.es}${GAP}(?:${REVIEW.es} (?:positiv[ao]s?|buenas?|excelentes?)|\\b(?:buena|positiva|excelente|5|cinco) ${REVIEW.es})|\\b(?:cambie?|cambiar|modifique|modificar|elimine|eliminar|retire|retirar|borre|borrar)\\b${GAP}\\b(?:resena|opinion|calificacion|valoracion|comentario)`,
		'g',
	),
	new RegExp(
		`\\b(?:agradec\\w{1,8}|adorari?\\w{1,4})${GAP}\\b(?:5|cinco) estrelas|${ASK.pt}${GAP}(?:${REVIEW.pt} (?:positiv[ao]s?|boas?|excelentes?)|\\b(?:boa|positiva|excelente|5|cinco) ${REVIEW.pt})|\\b(?:mude|mudar|altere|alterar|remova|remover|retire|retirar|apague|apagar|exclua|excluir)\\b${GAP}\\b(?:avaliac|comentario|opiniao)`,
		'g',
	),
	/(?:给|留|求|请|写|打)[^.!?\n。！？]{0,12}(?:好评|五星|5星|满分)|(?:改|修改|删除|删掉|撤回|撤销|更改)[^.!?\n。！？]{0,12}(?:评价|评论|差评|中评|评分)|(?:评价|评论|差评|中评)[^.!?\n。！？]{0,8}(?:改成|改为|删掉|删除|撤销)/gu,
];

/** A request for a good review, or to change or take back a bad one. */
export function reviewSlants(text: string): Hit[] {
	return joined(SLANTS.flatMap((expression) => matches(text, expression, false)));
}

const BENEFIT = {
	en: '(?:\\$ ?\\d{1,4}|\\b(?:gift(?: card)?s?|coupons?|discounts?|cash ?back|rebates?|refund|rewards?|voucher|free (?:product|item|sample|gift)|paypal)\\b)',
	es: '\\b(?:regalos?|cupon(?:es)?|descuentos?|reembolso|recompensas?|vale|obsequios?|dinero|producto gratis)\\b',
	pt: '\\b(?:brindes?|cupo(?:m|ns)|descontos?|reembolso|recompensas?|vale-presente|presentes?|dinheiro|produto gratis)\\b',
	zh: '(?:返现|红包|现金|优惠券|礼品|礼物|赠品|礼品卡|折扣|退款|好处|奖励)',
} as const;
const FOR = {
	en: `(?:\\b(?:for|in exchange for|in return for|if you|after you|when you|once you)\\b${GAP}\\b(?:review|feedback|rating|stars?)s?\\b)`,
	es: `(?:\\b(?:por|a cambio de|si nos|si usted|si deja|si dejas|cuando|al dejar)\\b${GAP}\\b${REVIEW.es})`,
	pt: `(?:\\b(?:por|em troca d[ea]|se voce|se nos|se deixar|quando|ao deixar|ao avaliar)\\b${GAP}\\b${REVIEW.pt})`,
} as const;

const INCENTIVES: readonly RegExp[] = [
	new RegExp(`${BENEFIT.en}${GAP}${FOR.en}|${FOR.en}${GAP}${BENEFIT.en}`, 'g'),
	new RegExp(`${BENEFIT.es}${GAP}${FOR.es}|${FOR.es}${GAP}${BENEFIT.es}`, 'g'),
	new RegExp(`${BENEFIT.pt}${GAP}${FOR.pt}|${FOR.pt}${GAP}${BENEFIT.pt}`, 'g'),
	/(?:好评|五星|评价|评论|晒图|删(?:除)?差评|改评)[^.!?\n。！？]{0,16}(?:返现|红包|返[您你0-9]|送[您你礼小一]|现金|优惠券|礼品|礼物|赠品|奖励|退款给)|(?:返现|红包|现金|优惠券|礼品|礼物|赠品|奖励)[^.!?\n。！？]{0,16}(?:换|求)[^.!?\n。！？]{0,6}(?:好评|评价|评论)/gu,
];

/** A benefit promised for a review. */
export function incentives(text: string): Hit[] {
	return joined(INCENTIVES.flatMap((expression) => matches(text, expression, false)));
}
