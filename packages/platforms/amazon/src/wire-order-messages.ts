import { z } from 'zod';

/* What Amazon sends about messages of an order (models messaging and solicitations). Only fields that we read are named. */

/** `getMessagingActionsForOrder`, `getSolicitationActionsForOrder`. */
export const wireActions = z.looseObject({
	_links: z.looseObject({ actions: z.array(z.looseObject({ name: z.string().nullish() })) }).nullish(),
});

/** `GetAttributes`. */
export const wireAttributes = z.looseObject({ buyer: z.looseObject({ locale: z.string().nullish() }).nullish() });
