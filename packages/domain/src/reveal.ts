/** Why somebody looks at a buyer's data. */
export const REVEAL_REASONS = ['address', 'delivery', 'return', 'invoice', 'legal', 'other'] as const;
export type RevealReason = (typeof REVEAL_REASONS)[number];
