/** A draft of a lamp that lacks nothing which holds for all stores. */
export const LAMP_DRAFT = {
	categoryId: 'C1',
	texts: [{ language: 'en', title: 'Lamp', description: '' }],
	images: [],
	price: { amount: '12.50', currency: 'USD' },
	stock: 4,
	sellerSku: 'LMP-WH',
	gtin: null,
	attributes: [],
};
