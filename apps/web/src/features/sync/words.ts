import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { SecondSource } from '@pangea/api';

/** What each kind of job does. A kind of a newer server is shown by its name. */
export const JOB_WORDS: Record<string, MessageDescriptor> = {
	'store.pull': msg`Ask for changed orders`,
	'store.backfill': msg`Read the history`,
	'intake.process': msg`Act on notifications`,
	'gap.check': msg`Compare with the platform`,
	'gap.refill': msg`Fill a gap`,
	'retention.purge': msg`Delete data past its date`,
	'stores.refresh': msg`Look for new stores`,
	'intake.subscribe': msg`Order notifications`,
	'notice.deliver': msg`Send notices`,
	'messages.pull': msg`Ask for new messages`,
	'message.send': msg`Send an answer`,
	'message.look': msg`Look whether an answer arrived`,
	'orderMessage.send': msg`Send a message about an order`,
	'conversation.seen': msg`Tell the platform what was read`,
	'conversations.handOut': msg`Give out what nobody holds`,
	'conversations.wake': msg`Wake what was put off`,
	'messages.mark': msg`Count how long buyers wait`,
	'file.fetch': msg`Fetch files of messages`,
	'listings.read': msg`Read the listings`,
	'listings.count': msg`Count what listings sold`,
	'skus.addUp': msg`Add up what SKUs sold`,
	'profit.addUp': msg`Add up what is left of orders`,
	'reviews.read': msg`Read the reviews`,
	'settlements.pull': msg`Read the statements`,
	'copy.publish': msg`Publish a listing`,
	'offers.send': msg`Send prices and stock`,
	'export.send': msg`Bring a file to its destination`,
	'copy.look': msg`Look whether a new listing is on sale`,
	'sales.check': msg`Compare figures with their orders`,
	'rates.fetch': msg`Fetch exchange rates`,
	'export.write': msg`Write an export`,
	'sync.round': msg`Find out what is due`,
	'night.round': msg`Nightly work`,
	'notices.look': msg`Look what people have to know`,
	'exports.due': msg`Start exports that are due`,
	'exports.expire': msg`Delete exports past their date`,
};

/** How good a comparison can be, by what the platform offers. */
export const SOURCE_WORDS: Record<SecondSource, MessageDescriptor> = {
	report: msg`Compared with the platform's own report, which names every order. What is missing is fetched by its number.`,
	total: msg`Compared with the number the platform states for its list. Orders it neither lists nor counts would not be noticed, and what its list leaves out cannot be named.`,
	none: msg`The platform offers nothing to compare with: whether all orders are here cannot be proved.`,
};

/** The same in two words. */
export const SOURCE_NAMES: Record<SecondSource, MessageDescriptor> = {
	report: msg`by report`,
	total: msg`by total`,
	none: msg`no second source`,
};
