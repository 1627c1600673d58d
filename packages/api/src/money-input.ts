import { isCurrency } from '@pangea/domain';
import { z } from 'zod';

/** An ISO 4217 code. */
export const currencyInput = z.string().refine(isCurrency);
