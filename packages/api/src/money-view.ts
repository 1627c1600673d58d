export interface MoneyView {
	amountMinor: string;
	currency: string;
}
