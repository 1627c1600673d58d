import { useState } from 'react';
import { PictureOutlined } from '@ant-design/icons';

/** A product's picture at its platform; an empty frame where there is none or it does not come. */
export function Picture({ url, size }: { url: string | null; size: number }) {
	const [lost, setLost] = useState<string | null>(null);
	return (
		<span className="picture" style={{ width: size, height: size }} aria-hidden>
			{url !== null && lost !== url ? (
				<img src={url} alt="" width={size} height={size} loading="lazy" referrerPolicy="no-referrer" onError={() => setLost(url)} />
			) : (
				<PictureOutlined />
			)}
		</span>
	);
}
