import type { StoreSeed } from './stores.ts';

/** What buyers of the demo world ask, by the language of their market. */
const QUESTIONS: Record<StoreSeed['language'], readonly string[]> = {
	en: [
		'Hi, when will my order be shipped?',
		'The tracking has not moved for three days. Can you check?',
		'Does the lamp come with a US plug?',
		'One piece is missing in the box 😕',
		'Can I change the delivery address?',
		'The colour is not what I expected, how do I return it?',
		'Is this the 2026 version?',
		'Thanks!',
	],
	es: [
		'Hola, ¿cuándo envían mi pedido?',
		'El rastreo no se mueve desde hace tres días.',
		'¿Viene con factura?',
		'Me llegó incompleto, falta una pieza.',
		'¿Puedo cambiar la dirección de entrega?',
		'¿Tienen este modelo en color negro?',
		'Muchas gracias',
	],
	pt: [
		'Olá, quando vocês vão enviar meu pedido?',
		'O rastreio não atualiza há três dias, podem verificar?',
		'Vem com nota fiscal?',
		'Chegou faltando uma peça 😕',
		'Posso trocar o endereço de entrega?',
		'Qual é a voltagem, 110 ou 220?',
		'Obrigada!',
	],
	de: [
		'Hallo, wann wird meine Bestellung verschickt?',
		'In der Sendungsverfolgung tut sich seit drei Tagen nichts.',
		'Passt der Stecker in Deutschland?',
		'Es fehlt ein Teil in der Lieferung.',
		'Vielen Dank!',
	],
	ja: [
		'注文した商品はいつ発送されますか?',
		'追跡番号が更新されていません。確認をお願いします。',
		'日本のコンセントで使えますか?',
		'部品が一つ足りません。',
		'ありがとうございます。',
	],
	th: ['สวัสดีค่ะ จะจัดส่งวันไหนคะ', 'พัสดุไม่ขยับมา 3 วันแล้ว ช่วยเช็คให้หน่อยค่ะ', 'ใช้ไฟ 220V ได้ไหมคะ', 'ได้รับของไม่ครบค่ะ', 'ขอบคุณค่ะ'],
};

const ANSWERS: Record<StoreSeed['language'], string> = {
	en: 'Hello! It leaves our warehouse today; the tracking number follows.',
	es: '¡Hola! Sale hoy de nuestro almacén; enseguida le damos el número de rastreo.',
	pt: 'Olá! Sai hoje do nosso depósito; já enviamos o código de rastreio.',
	de: 'Hallo! Das Paket verlässt heute unser Lager, die Sendungsnummer folgt.',
	ja: 'お問い合わせありがとうございます。本日発送し、追跡番号をお知らせします。',
	th: 'สวัสดีค่ะ จัดส่งวันนี้ค่ะ แล้วจะแจ้งเลขพัสดุให้นะคะ',
};

/** The question that a buyer with this number asks. */
export function questionOf(store: StoreSeed, number: number): string {
	const all = QUESTIONS[store.language];
	return all[number % all.length] ?? '';
}

export function answerOf(store: StoreSeed): string {
	return ANSWERS[store.language];
}
