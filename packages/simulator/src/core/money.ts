const exponents: Record<string, number> = { JPY: 0, CLP: 0, KRW: 0, VND: 0 };

/** ISO 4217 decimals of the currencies that appear in the world. */
export function exponentOf(currency: string): number {
	return exponents[currency] ?? 2;
}

/** Minor units as the decimal text of the major unit: 1234 USD is "12.34", 1234 JPY is "1234". */
export function decimal(minor: number, currency: string): string {
	const exponent = exponentOf(currency);
	const sign = minor < 0 ? '-' : '';
	const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
	return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** Minor units as a JSON number of the major unit, for the platforms that write numbers. */
export function major(minor: number, currency: string): number {
	return Number(decimal(minor, currency));
}

/** Splits an amount over weights so that the parts are whole and sum up exactly. */
export function allocate(total: number, weights: readonly number[]): number[] {
	const sum = weights.reduce((a, b) => a + b, 0);
	let left = total;
	let weightLeft = sum;
	return weights.map((weight) => {
		const part = weightLeft === 0 ? 0 : Math.round((left * weight) / weightLeft);
		left -= part;
		weightLeft -= weight;
		return part;
	});
}
