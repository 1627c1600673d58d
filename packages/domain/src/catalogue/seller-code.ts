/** A seller's own code of a listing, cut at what is no letter or digit. */
export interface SellerCode {
	/** Without marks of platform and place and without separators, e.g. `LMPSUNSETWH` of `TT-US_lmp-sunset-wh`. Null where nothing tells it apart. */
	core: string | null;
	/** Cores with one word less at an end, under which a sister may be known. */
	alike: string[];
	/** Long and mixed enough that two products hardly share it by chance. */
	distinctive: boolean;
}

const PLATFORM_MARKS =
	/^(amz|amazon|fba|fbm|mfn|afn|tt|tts|tiktok|tk|fbt|ml|meli|full|flex|cbt|temu|tm|y2|ebay|shopee|walmart|wm|shein|new|nuevo|novo|stk|sku)$/;
const PLACES =
	/^(us|usa|ca|can|mx|mex|br|bra|ar|arg|cl|chl|co|col|pe|uy|uk|gb|gbr|de|deu|fr|fra|it|ita|es|esp|nl|be|pl|se|ie|jp|jpn|sg|my|th|vn|id|ph|au|ae|sa|tr|in|eu|na|fe|latam|global|gl)$/;

/** Reads a seller's code; pure. */
export function readSellerCode(text: string | null): SellerCode {
	const words = (text ?? '')
		.normalize('NFKC')
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word !== '');
	const isMark = (word: string | undefined): boolean => word !== undefined && (PLATFORM_MARKS.test(word) || PLACES.test(word));
	let [from, until] = [0, words.length];
	while (until - from > 1 && isMark(words[from])) from++;
	while (until - from > 1 && PLATFORM_MARKS.test(words[until - 1] ?? '')) until--;
	const kept = words.slice(from, until);
	const core = kept.join('').toUpperCase();
	if (core.length < 3) return { core: null, alike: [], distinctive: false };
	const alike: string[] = [];
	// At the end a place may as well be a colour or a size: then it is a sister only.
	if (kept.length > 1 && PLACES.test(kept.at(-1) ?? '')) alike.push(kept.slice(0, -1).join('').toUpperCase());
	if (kept.length > 2 && /^\p{L}{1,4}$/u.test(kept[0] ?? '')) alike.push(kept.slice(1).join('').toUpperCase());
	return { core, alike: alike.filter((other) => other.length >= 5), distinctive: core.length >= 6 && /\p{L}/u.test(core) };
}
