import { LISTING_STATES, type ListingState } from '@pangea/domain';
import type { CellState } from './shapes.ts';

export function stateOf(word: string): ListingState {
	return LISTING_STATES.find((state) => state === word) ?? 'unknown';
}

export function cellState({ state, stock }: { state: string; stock: number | null }): CellState {
	return state === 'live' && stock === 0 ? 'soldOut' : stateOf(state);
}
