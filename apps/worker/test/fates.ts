import type { PlatformId } from '@pangea/domain';

const contradicts = (file: string, pair: string, cause: string): string =>
	`quarantined | - | ${file}.json ${pair} | The published answer ${pair} contradicts its own schema: ${cause}`;
const noDateTime = (...fields: string[]): string => fields.map((f) => `${f}: Invalid ISO datetime`).join('; ');
const noneOf = (allowed: string[], ...fields: string[]): string =>
	fields.map((f) => `${f}: Invalid option: expected one of ${allowed.map((a) => JSON.stringify(a)).join('|')}`).join('; ');

const CHARGES = ['PRODUCT', 'SHIPPING', 'GIFT_WRAP', 'TOTAL', 'OTHER'];
const WINDOW = noDateTime(...['editableUntil', 'end', 'start'].map((f) => `dates.readyToShipWindow.${f}`));
const YEAR_1970 = 'PurchaseDate "1970-01-19T03:58:30Z" is not a plausible time';
const NO_ORDER = 'Items of ordersV0 without their order: no times, no state';
const TYPE_NAMES =
	'parentOrderMap.parentOrderTime is a type name, not a time; parentOrderMap.parentOrderPendingFinishTime is a type name, not a time; parentOrderMap.parentConfirmTime is a type name, not a time; and 10 more';

/** What becomes of every record of the published documents, fed file by file in the order of their names: fate, id, place, cause. */
export const FATES: Record<PlatformId, string[]> = {
	amazon: [
		'new | 250-1234567-8901234 | orders_2026-01-01.json searchOrders 200#0',
		'new | 202-7654321-1098765 | orders_2026-01-01.json searchOrders 200#1',
		'new | 171-2345678-9012345 | orders_2026-01-01.json searchOrders 200#2',
		'new | 171-9876543-2109876 | orders_2026-01-01.json getOrder 200#0',
		'new | 028-1234567-8901234 | orders_2026-01-01.json getOrder 200#1',
		'new | 114-9876543-1234567 | orders_2026-01-01.json getOrder 200#2',
		`quarantined | 902-1845936-5435065 | ordersV0.json getOrders 200#0 | ${YEAR_1970}`,
		`quarantined | 902-8745147-1934268 | ordersV0.json getOrders 200#0 | ${YEAR_1970}`,
		'new | 902-3159896-1390916 | ordersV0.json getOrders 200#1',
		'unchanged | 902-3159896-1390916 | ordersV0.json getOrders 200#2',
		`quarantined | 902-1845936-5435065 | ordersV0.json getOrder 200#0 | ${YEAR_1970}`,
		'new | 921-3175655-0452641 | ordersV0.json getOrder 200#1',
		`quarantined | 902-1845936-5435065 | ordersV0.json getOrderItems 200#0 | ${NO_ORDER}`,
		`quarantined | 902-1845936-5435065 | ordersV0.json getOrderItemsBuyerInfo 200#0 | ${NO_ORDER}`,
		// The fourteen that contradict themselves (contract, section 16).
		contradicts(
			'awd_2024-05-09',
			'getInboundShipment 200#0',
			noneOf(
				['PRODUCT_UNITS', 'CASES', 'PALLETS'],
				'shipmentSkuQuantities.0.expectedQuantity.unitOfMeasurement',
				'shipmentSkuQuantities.0.receivedQuantity.unitOfMeasurement',
			),
		),
		contradicts(
			'awd_2024-05-09',
			'checkInboundEligibility 200#0',
			noneOf(
				['CU_IN', 'CBM', 'CC'],
				...[0, 1].map((i) => `packagesToInbound.${i}.packageQuantity.distributionPackage.measurements.volume.unitOfMeasurement`),
			),
		),
		contradicts(
			'customerFeedback_2024-06-01',
			'getItemReviewTrends 200#0',
			noDateTime(
				...['positiveTopics.0', 'positiveTopics.1', 'negativeTopics.0'].map((t) => `reviewTrends.${t}.trendMetrics.4.dateRange.endDate`),
			),
		),
		contradicts(
			'externalFulfillmentShipments_2024-09-11',
			'getShipments 200#0',
			noneOf(
				CHARGES,
				'shipments.0.lineItems.0.charges.1.chargeType',
				'shipments.0.lineItems.1.charges.1.chargeType',
				'shipments.1.lineItems.0.charges.1.chargeType',
			),
		),
		contradicts(
			'externalFulfillmentShipments_2024-09-11',
			'getShipment 200#0',
			noneOf(CHARGES, 'lineItems.0.charges.1.chargeType', 'lineItems.1.charges.1.chargeType'),
		),
		contradicts('externalFulfillmentShipments_2024-09-11', 'getShipment 200#1', noneOf(CHARGES, 'lineItems.0.charges.1.chargeType')),
		contradicts('finances_2024-06-19', 'listBalances 200#1', noDateTime('balances.0.asOfDate')),
		contradicts('finances_2024-06-19', 'listSummary 200#0', noDateTime('summaries.0.periodStart', 'summaries.0.periodEnd')),
		contradicts('fulfillmentInbound_2024-03-20', 'getShipment 200#0', WINDOW),
		contradicts('fulfillmentInbound_2024-03-20', 'getShipment 200#1', WINDOW),
		contradicts(
			'productFeesV0',
			'getMyFeesEstimateForSKU 200#0',
			noDateTime('payload.FeesEstimateResult.FeesEstimate.TimeOfFeesEstimation'),
		),
		contradicts(
			'productFeesV0',
			'getMyFeesEstimateForASIN 200#0',
			noDateTime('payload.FeesEstimateResult.FeesEstimate.TimeOfFeesEstimation'),
		),
		contradicts(
			'productFeesV0',
			'getMyFeesEstimates 200#0',
			noDateTime('0.FeesEstimate.TimeOfFeesEstimation', '1.FeesEstimate.TimeOfFeesEstimation'),
		),
		contradicts(
			'sellers',
			'getAccount 200#0',
			['Currency', 'Language'].map((f) => `payload.marketplaceParticipationList.0.marketplace.default${f}Code: is missing`).join('; '),
		),
	],
	'mercado-libre': [
		'new | 2000003508419013 | marketplace-order.json',
		'new | 2000009713473608 | order-local.json',
		'new | 1068825849 | orders-search-local.json',
		'new | 2000013668125782 | scenario-order-a.json',
		'new | 2000013668125784 | scenario-order-b.json',
		'new | 2000013668990011 | scenario-order-c-single-mlb.json',
		'new | 2000013669120077 | scenario-order-d-fraud-cancelled.json',
	],
	temu: [
		// The field lists of the documentation look like answers and hold type names.
		`quarantined | STRING | _api-fields.json | ${TYPE_NAMES}`,
		`quarantined | STRING | _api-fields.json | ${TYPE_NAMES}`,
		'new | PO-211-03096246467190003 | order-detail.json',
		'new | PO-029-06682144932474090 | order-list-br.published.json',
		'new | PO-211-05096246467190005 | order-list-cancel-pending.json',
		'noOrders | - | order-list-empty.json',
		'new | PO-211-04096246467190004 | order-list-y2.json',
		'new | PO-211-01096246467190000 | order-list.json',
		'new | PO-211-02096246467190002 | order-list.json',
		'changed | PO-211-03096246467190003 | order-list.json',
	],
	'tiktok-shop': [
		'new | 577800000000000321 | orders-detail-jp.json',
		'new | 576900000000000311 | orders-detail.json',
		'new | 576461413038785752 | orders-detail.published.json',
		'new | 577400000000000301 | orders-search.json',
		'new | 577400000000000302 | orders-search.json',
		'new | 577400000000000303 | orders-search.json',
		'new | 577400000000000304 | orders-search.json',
		'changed | 576461413038785752 | orders-search.published.json',
	],
};

/** How many documents and answers are none of orders, by what the report says of them. */
export const OTHERS: Record<PlatformId, string[]> = {
	amazon: ['10 An empty answer', '188 An error, no order', '211 An answer that holds no order', '5 It holds no order of this platform'],
	'mercado-libre': ['129 It holds no order of this platform'],
	temu: ['91 It holds no order of this platform'],
	'tiktok-shop': ['112 It holds no order of this platform'],
};
