import { NotActiveError } from '@pangea/domain';
import {
	conversationSeen,
	conversationsHandOut,
	conversationsWake,
	fileFetch,
	gapCheck,
	gapRefill,
	intakeProcess,
	intakeSubscribe,
	messageLook,
	copyLook,
	copyPublish,
	offersSend,
	listingsRead,
	skusAddUp,
	soldCount,
	reviewsRead,
	messageSend,
	messagesMark,
	messagesPull,
	orderMessageSend,
	profitAddUp,
	nightRound,
	noticeDeliver,
	noticesLook,
	ratesFetch,
	retentionPurge,
	salesCheck,
	settlementsPull,
	storeBackfill,
	storePull,
	storesRefresh,
	syncRound,
} from '@pangea/jobs';
import { backfillStore } from './backfill.ts';
import { refreshStores, subscribeIntake } from './connect.ts';
import type { Engine } from './engine.ts';
import { checkGaps, refillGap } from './gap.ts';
import { processIntake } from './intake.ts';
import { askForLacking } from './lacking.ts';
import { publishCopy } from './listings/publish.ts';
import { sendOffers } from './listings/offers.ts';
import { pullListings } from './listings/pull.ts';
import { lookAtPublished, nextLook } from './listings/published.ts';
import { countSoldPieces } from './listings/sold.ts';
import { addUpSkus } from './listings/standings.ts';
import { pullReviews } from './reviews/pull.ts';
import { fetchFile } from './messages/files.ts';
import { handOut } from './messages/hand-out.ts';
import { markWaiting } from './messages/marks.ts';
import { sendOrderMessage } from './messages/order-messages.ts';
import { pullMessages } from './messages/pull.ts';
import { tellSeen } from './messages/seen.ts';
import { lookAgain, sendMessage } from './messages/send.ts';
import { wakeDue } from './messages/wake.ts';
import { deliverNotice } from './notices/deliver.ts';
import { lookEverywhere } from './notices/look.ts';
import { addUpProfit } from './profit.ts';
import { pullStore } from './pull.ts';
import { purgeExpired, runNight, runRound } from './round.ts';
import { fetchRates } from './rates.ts';
import { checkSales } from './sales-check.ts';
import { pullSettlements } from './settlements/pull.ts';
import type { StoreRun } from './trouble.ts';

/** How many jobs of a kind one process runs at once. */
export interface Parallelism {
	intake: number;
	pull: number;
	backfill: number;
	upkeep: number;
	notices: number;
}

export const DEFAULT_PARALLELISM: Parallelism = { intake: 8, pull: 4, backfill: 6, upkeep: 1, notices: 2 };

/** What was booked long ago comes by and by: nobody waits for it as for orders and messages. In seconds. */
const BETWEEN_SLICES = 10;

/** Binds every job to its work. */
export async function bindHandlers(engine: Engine, parallel: Parallelism): Promise<void> {
	const { jobs } = engine;
	const lookLater = async (ids: { workspaceId: string; storeId: string; copyId: string }, asked: number): Promise<void> => {
		const seconds = nextLook(asked);
		if (seconds !== null) await jobs.enqueue(copyLook, { ...ids, asked }, { startAfterSeconds: seconds });
	};
	await jobs.work(intakeProcess, { parallel: parallel.intake }, (to, signal) => processIntake(engine, to, signal));
	await jobs.work(storePull, { parallel: parallel.pull }, async (ids, signal) => {
		const run = await pullStore(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(storePull, ids, { startAfterSeconds: seconds }));
		// A store that has to wait is asked after its next pull.
		if (run.state === 'done') await askForLacking(engine, ids, signal);
	});
	await jobs.work(storeBackfill, { parallel: parallel.backfill }, async (ids, signal) => {
		const run = await backfillStore(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(storeBackfill, ids, { startAfterSeconds: seconds }));
		if (run.state === 'done' && run.value === 'more') await jobs.enqueue(storeBackfill, ids);
		// A longer history wants older rates.
		else if (run.state === 'done') await jobs.enqueue(ratesFetch, { workspaceId: ids.workspaceId });
	});
	await jobs.work(messageSend, { parallel: parallel.intake }, async (ids, signal) => {
		const run = await sendMessage(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(messageSend, ids, { startAfterSeconds: seconds }));
	});
	await jobs.work(orderMessageSend, { parallel: parallel.intake }, async (ids, signal) => {
		const run = await sendOrderMessage(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(orderMessageSend, ids, { startAfterSeconds: seconds }));
	});
	await jobs.work(messageLook, { parallel: parallel.upkeep }, async (ids, signal) => {
		const run = await lookAgain(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(messageLook, ids, { startAfterSeconds: seconds }));
	});
	await jobs.work(conversationSeen, { parallel: parallel.upkeep }, async (ids, signal) => {
		const run = await tellSeen(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(conversationSeen, ids, { startAfterSeconds: seconds }));
	});
	await jobs.work(fileFetch, { parallel: parallel.pull }, async (ids, signal) => {
		const run = await fetchFile(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(fileFetch, ids, { startAfterSeconds: seconds }));
	});
	// One that waits for its platform's budget, as with many claims, must not hold up all others.
	await jobs.work(messagesPull, { parallel: Math.max(parallel.pull, parallel.upkeep) }, async (ids, signal) => {
		const run = await pullMessages(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(messagesPull, ids, { startAfterSeconds: seconds }));
	});
	await jobs.work(listingsRead, { parallel: parallel.upkeep }, async (ids, signal) => {
		const run = await pullListings(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(listingsRead, ids, { startAfterSeconds: seconds }));
	});
	await jobs.work(soldCount, { parallel: 1 }, async (ids) => await countSoldPieces(engine, ids));
	await jobs.work(skusAddUp, { parallel: 1 }, async (ids, signal) => await addUpSkus(engine, ids, signal));
	await jobs.work(profitAddUp, { parallel: 1 }, async (ids, signal) => await addUpProfit(engine, ids, signal));
	await jobs.work(reviewsRead, { parallel: parallel.upkeep }, async (ids, signal) => {
		const run = await pullReviews(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(reviewsRead, ids, { startAfterSeconds: seconds }));
		if (run.state === 'done' && run.value.lookIn !== null) await jobs.enqueue(reviewsRead, ids, { startAfterSeconds: run.value.lookIn });
	});
	await jobs.work(settlementsPull, { parallel: parallel.upkeep }, async (ids, signal) => {
		const run = await pullSettlements(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(settlementsPull, ids, { startAfterSeconds: seconds }));
		if (run.state === 'done' && run.value.more) await jobs.enqueue(settlementsPull, ids, { startAfterSeconds: BETWEEN_SLICES });
	});
	await jobs.work(copyPublish, { parallel: parallel.intake }, async (ids, signal) => {
		const run = await publishCopy(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(copyPublish, ids, { startAfterSeconds: seconds }));
		if (run.state === 'done') await lookLater(ids, 0);
	});
	await jobs.work(copyLook, { parallel: 1 }, async (ids, signal) => {
		const run = await lookAtPublished(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(copyLook, ids, { startAfterSeconds: seconds }));
		if (run.state === 'done' && run.value === 'again') await lookLater(ids, ids.asked + 1);
	});
	await jobs.work(offersSend, { parallel: parallel.intake }, async (ids, signal) => {
		const run = await sendOffers(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(offersSend, ids, { startAfterSeconds: seconds }));
		if (run.state === 'done' && run.value.lookIn !== null) await jobs.enqueue(offersSend, ids, { startAfterSeconds: run.value.lookIn });
	});
	await jobs.work(conversationsWake, { parallel: 1 }, ({ workspaceId }) => wakeDue(engine, workspaceId));
	await jobs.work(conversationsHandOut, { parallel: 1 }, async ({ workspaceId }) => void (await handOut(engine, workspaceId)));
	await jobs.work(messagesMark, { parallel: parallel.upkeep }, async (ids, signal) => {
		if ((await markWaiting(engine, ids.workspaceId, signal)) === 'more') await jobs.enqueue(messagesMark, ids);
	});
	await jobs.work(gapCheck, { parallel: parallel.upkeep }, async (ids, signal) => {
		const run = await checkGaps(engine, ids, signal);
		await sendAgain(run, (seconds) => jobs.enqueue(gapCheck, ids, { startAfterSeconds: seconds }));
	});
	await jobs.work(gapRefill, { parallel: parallel.upkeep }, async (ids, signal) => {
		const run = await whenActive(() => refillGap(engine, ids, signal));
		if (run) await sendAgain(run, (seconds) => jobs.enqueue(gapRefill, ids, { startAfterSeconds: seconds }));
	});
	await jobs.work(storesRefresh, { parallel: parallel.upkeep }, async (ids, signal) => {
		await whenActive(() => refreshStores(engine, ids, signal));
	});
	await jobs.work(intakeSubscribe, { parallel: parallel.upkeep }, async (ids, signal) => {
		await whenActive(() => subscribeIntake(engine, ids, signal));
	});
	await jobs.work(retentionPurge, { parallel: parallel.upkeep }, async ({ workspaceId }) => {
		engine.log.info({ workspaceId, ...(await purgeExpired(engine, workspaceId)) }, 'personal data past their date were deleted');
	});
	await jobs.work(salesCheck, { parallel: parallel.upkeep }, async ({ workspaceId }) => {
		engine.log.info({ workspaceId, ...(await checkSales(engine, workspaceId)) }, 'sales were compared with their orders');
	});
	await jobs.work(ratesFetch, { parallel: parallel.upkeep }, async ({ workspaceId }, signal) => {
		engine.log.info({ workspaceId, ...(await fetchRates(engine, workspaceId, signal)) }, 'exchange rates were read');
	});
	await jobs.work(noticesLook, { parallel: 1 }, () => lookEverywhere(engine));
	await jobs.work(noticeDeliver, { parallel: parallel.notices }, (to, signal) => deliverNotice(engine, to, signal));
	await jobs.work(syncRound, { parallel: 1 }, () => runRound(engine));
	await jobs.work(nightRound, { parallel: 1 }, () => runNight(engine));
}

async function sendAgain(run: StoreRun<unknown>, send: (seconds: number) => Promise<boolean>): Promise<void> {
	if (run.state === 'wait') await send(run.seconds);
}

/** Work on something that was disconnected meanwhile is done. */
async function whenActive<T>(work: () => Promise<T>): Promise<T | null> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof NotActiveError) return null;
		throw error;
	}
}
