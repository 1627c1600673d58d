export { amazon } from '@pangea/platform-amazon';
export { mercadoLibre } from '@pangea/platform-mercado-libre';
export { temu } from '@pangea/platform-temu';
export { tiktokShop } from '@pangea/platform-tiktok-shop';
