import type { Language } from '../language.ts';
import { emails, links, shortLinks } from './policy-links.ts';
import { phones } from './policy-phones.ts';
import { handles, incentives, reviewAsks, reviewSlants } from './policy-phrases.ts';
import type { Detect } from './policy-text.ts';

interface Detector {
	find: Detect;
	/** Texts in which it must find something, and texts in which it must not. A test walks them. */
	examples: Readonly<Record<Language, { finds: readonly string[]; passes: readonly string[] }>>;
}

/** What can be found in a text, whichever language it is in: a Spanish answer can hold a Chinese trick. */
export const DETECTORS = {
	link: {
		find: links,
		examples: {
			en: {
				finds: [
					'See https://my-shop.com/sale for more.',
					'Visit www.myshop.co',
					'Go to my-shop dot com',
					'ｈｔｔｐｓ：／／ｍｙｓｈｏｐ．ｃｏｍ',
					'hxxp://evil.io/x',
					'Go to myshop[.]com',
					'shop·com',
					'bit . ly/abc',
					'h t t p s : / / shop',
				],
				passes: [
					'Thanks.It ships today.',
					'Set it to 1.5 or v2.0, see manual.pdf',
					'The price is $12.99.In stock now',
					'Order 111-2223334-4445556 ships e.g. Monday',
					'Works with Node.js and ASP.NET',
				],
			},
			'es-MX': {
				finds: ['Visite mitienda.com.mx para comprar', 'Entra a mitienda punto com.', 'Mira http://mitienda.mx'],
				passes: ['Gracias.Me avisa cuando llegue.', 'Su pedido sale hoy.El envío tarda 3 días', 'En ese punto compramos otro'],
			},
			'pt-BR': {
				finds: ['Acesse minhaloja.com.br', 'Veja minhaloja ponto com ponto br', 'loja .com'],
				passes: ['Obrigado.Com carinho, equipe', 'Chegue até esse ponto com calma', 'O pacote sai hoje.No prazo de 3 dias'],
			},
			'zh-CN': {
				finds: ['请打开 https://dian.pu.cn/a 查看', '请看店铺官网myshop点com', '访问ｗｗｗ．ｍｙｓｈｏｐ．ｃｎ'],
				passes: ['订单已发货，请耐心等待。', '尺寸是3.5厘米，重量1.2kg', '这一点请放心，明天发货'],
			},
		},
	},
	shortLink: {
		find: shortLinks,
		examples: {
			en: { finds: ['See bit.ly/3xYz', 'https://tinyurl.com/abc'], passes: ['A little bit.Lying flat', 'https://www.amazon.com/dp/B0'] },
			'es-MX': { finds: ['Mire acortar.link/Ab1'], passes: ['Debe acortar.Link no hay'] },
			'pt-BR': { finds: ['Veja encurtador.com.br/aB1'], passes: ['Precisa encurtar o cabo'] },
			'zh-CN': { finds: ['点击 dwz.cn/abc 查看', '打开t.cn/Abc'], passes: ['点击订单查看物流'] },
		},
	},
	email: {
		find: emails,
		examples: {
			en: {
				finds: [
					'Write to help@shop.com',
					'help (at) shop (dot) com',
					'myshop at gmail dot com',
					'ｈｅｌｐ＠ｓｈｏｐ．ｃｏｍ',
					'he\u200blp@shop.com',
				],
				passes: ['We sell it @ $5.00', 'Look at the box. Then write back', 'We are at home at noon'],
			},
			'es-MX': {
				finds: ['Escriba a ventas@tienda.mx', 'ventas arroba gmail punto com'],
				passes: ['Una arroba son 11 kg', 'Le escribimos por aquí'],
			},
			'pt-BR': {
				finds: ['Escreva para vendas@loja.com.br', 'vendas arroba hotmail ponto com'],
				passes: ['São 15 kg por arroba', 'Responda por aqui'],
			},
			'zh-CN': { finds: ['请发到 kefu@dianpu.cn', '邮箱kefu艾特qq点com'], passes: ['请在这里回复我们', '单价@5元一件'] },
		},
	},
	phone: {
		find: phones,
		examples: {
			en: {
				finds: [
					'Call +1 415 555 0132',
					'(415) 555-0132',
					'415.555.0132',
					'call us: 4155550132',
					'five five five one two three four',
					'４１５－５５５－０１３２',
					'4 1 5 5 5 5 0 1 3 2',
				],
				passes: [
					'Order 111-2223334-4445556',
					'Tracking number 9400100000000000000000',
					'Tracking 1Z999AA10123456784',
					'SKU 4155550132',
					'It costs $1,234,567.89',
					'From 2026-11-29 to 2026-12-05',
					'Size 120 x 60 x 45 cm, 2500 g',
					'Model AB-415-555-0132',
					'1, 2, 3, 4, 5, 6, 7, 8',
					'ZIP 90210-1234',
					'Sizes 100-200-3000 ml',
				],
			},
			'es-MX': {
				finds: ['Llame al 55 1234 5678', 'Mi celular es 5512345678', 'cinco cinco uno dos tres cuatro cinco seis'],
				passes: [
					'Pedido 2000003508897546',
					'Su guía es 794612345678',
					'Cuesta $1.234.567,00',
					'Llega el 29/11/2026',
					'Código 55 1234 5678',
				],
			},
			'pt-BR': {
				finds: ['Ligue (11) 91234-5678', '+55 11 91234-5678', 'meu telefone 912345678', 'nove um dois três quatro cinco seis sete'],
				passes: ['Pedido 2000003508897546', 'Rastreio BR123456789BR', 'CEP 01310-100', 'CNPJ 12.345.678/0001-95', 'R$ 1.234,56'],
			},
			'zh-CN': {
				finds: [
					'请打13800138000',
					'电话：010-88886666',
					'一三八零零一三八零零零',
					'138 0013 8000',
					'１３８００１３８０００',
					'0086 138 0013 8000',
					'1三8零013八000',
				],
				passes: [
					'订单号576461413038785752',
					'运单号 773012345678901',
					'快递单号13800138000',
					'共12345678件',
					'一二三四五六七八',
					'价格￥12345678',
					'2026年11月29日发货',
				],
			},
		},
	},
	handle: {
		find: handles,
		examples: {
			en: {
				finds: [
					'Add me on WhatsApp',
					'W h a t s A p p me',
					'my IG: cool_shop',
					'Telegram works',
					'follow us @cool_shop',
					'w.e.c.h.a.t',
					'ＷｈａｔｓＡｐｐ',
					'Whаtsapp',
				],
				passes: [
					'We chat with you here',
					'What sapphire colour?',
					'See line: 4500 of the form',
					'It is in line with the photo',
					'Big signal strength',
				],
			},
			'es-MX': {
				finds: ['Escríbeme por WhatsApp', 'mándame wasap', 'mándame un whats', 'mi insta: tienda_mx', 'por whats'],
				passes: ['El paquete va en línea con lo pedido', 'Le instamos a esperar', 'Compre en línea'],
			},
			'pt-BR': {
				finds: ['Me chama no zap', 'pelo whats', 'nosso Instagram', 'zap zap'],
				passes: ['O zíper está bom', 'Compra on-line', 'No mais, obrigado'],
			},
			'zh-CN': {
				finds: ['加我微信', '加V：abc12345', 'vx:abc12345', '微 信联系', 'QQ号 12345678', '薇信同号', 'w e c h a t'],
				passes: ['只有轻微信号问题', '请相信我们', '增加VIP服务', '微小的信封', '请加一个五号电池'],
			},
		},
	},
	reviewAsk: {
		find: reviewAsks,
		examples: {
			en: {
				finds: ['Please leave us a review.', 'Could you rate our shop?', 'Give us 5 stars'],
				passes: [
					'Thank you for your feedback.',
					'We read your review',
					'We leave the parcel at the door',
					'Please give the driver the star code',
				],
			},
			'es-MX': {
				finds: ['Déjenos una reseña, por favor', 'Califíquenos', 'Deje su opinión'],
				passes: ['Gracias por su comentario', 'Leímos su opinión', 'Deje el paquete cerrado'],
			},
			'pt-BR': {
				finds: ['Deixe uma avaliação', 'Avalie nossa loja', 'Escreva um comentário'],
				passes: ['Obrigado pela avaliação', 'Faça o pedido com nota fiscal', 'Faça uma nota', 'Deixe a caixa fechada'],
			},
			'zh-CN': { finds: ['请给我们一个评价', '麻烦晒图', '希望留下好评'], passes: ['感谢您的评价', '我们看到了您的评论', '请放心购买'] },
		},
	},
	reviewSlant: {
		find: reviewSlants,
		examples: {
			en: {
				finds: [
					'Please leave a positive review',
					'Give us 5 stars',
					'Please remove your feedback',
					'Could you change the review?',
					'We would love a 5-star review',
					'5 stars please',
				],
				passes: ['Please leave a review', 'We can change the address', 'Thanks for the good review', 'This fridge has a 5-star rating'],
			},
			'es-MX': {
				finds: ['Deje una reseña positiva', 'Danos 5 estrellas', 'Le agradecería 5 estrellas', 'Podría eliminar su comentario'],
				passes: ['Podemos cambiar la dirección', 'Deje una reseña', 'Gracias por su buena opinión'],
			},
			'pt-BR': {
				finds: ['Deixe uma avaliação positiva', 'Nos dê: deixe 5 estrelas', 'Poderia alterar sua avaliação'],
				passes: ['Podemos alterar o endereço', 'Deixe uma avaliação', 'Obrigado pela boa avaliação'],
			},
			'zh-CN': {
				finds: ['请给五星好评', '麻烦修改一下评价', '能删掉差评吗', '把差评改成好评'],
				passes: ['感谢您的好评', '可以修改地址', '您的评价对我们很重要'],
			},
		},
	},
	incentive: {
		find: incentives,
		examples: {
			en: {
				finds: ['A gift card for a review', 'If you leave a review we send a coupon', '$10 in exchange for five stars'],
				passes: [
					'The refund is on its way.',
					'Use the coupon at checkout',
					'We can discount if you return it; no review needed',
					'Thanks for your review',
				],
			},
			'es-MX': {
				finds: ['Un regalo a cambio de su reseña', 'Si deja una reseña le damos un descuento'],
				passes: ['Su reembolso está en camino', 'El descuento ya se aplicó', 'Gracias por su opinión'],
			},
			'pt-BR': {
				finds: ['Um brinde em troca da avaliação', 'Se deixar uma avaliação damos desconto'],
				passes: ['O reembolso foi feito', 'O desconto já foi aplicado', 'Obrigado pela avaliação'],
			},
			'zh-CN': {
				finds: ['好评返现5元', '晒图送您优惠券', '红包换好评'],
				passes: ['您的评论我们看到了，送货慢很抱歉', '退款已处理', '优惠券可在结算时使用'],
			},
		},
	},
} as const satisfies Record<string, Detector>;
export type DetectorId = keyof typeof DETECTORS;
