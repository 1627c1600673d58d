import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { CopiedSetting } from '@pangea/api';
import type { FeeId, NoTrackId, OpeningWay, PaperKind, PaperStanding, StepId, WaitId } from '@pangea/domain';

interface StepWords {
	title: MessageDescriptor;
	hint: MessageDescriptor;
}

const OWN_APP = msg`App of your own`;

export const STEP_WORDS: Record<StepId, StepWords> = {
	siteOpen: {
		title: msg`See whether the site takes you`,
		hint: msg`No document that we read says whether this site takes sellers of this kind now. Look in the seller centre before you gather papers.`,
	},
	localCompany: {
		title: msg`Company in the country`,
		hint: msg`The platform asks for a company registered in the country, with its goods there.`,
	},
	chinaCompany: {
		title: msg`Company in mainland China or Hong Kong`,
		hint: msg`Semi-managed stores are for companies of mainland China or Hong Kong; the goods lie in the destination country or leave China order by order.`,
	},
	papers: {
		title: msg`Papers of the company`,
		hint: msg`Which papers are asked for is told at registration. The licence in the dossier is shown here to save you the search.`,
	},
	regionAccount: {
		title: msg`One account for the region`,
		hint: msg`One seller account serves all sites of its region. With a store of the region already bound, look there first: the new site may only need to be switched on.`,
	},
	sameEntity: {
		title: msg`Open from the existing account`,
		hint: msg`Press reports: a new region can be opened from an existing account of the same company. Look in the seller centre whether it is offered to you; otherwise register anew.`,
	},
	globalAccount: {
		title: msg`One global account`,
		hint: msg`Log in once at Global Selling; every site you sell on hangs below that account.`,
	},
	register: { title: msg`Register`, hint: msg`Register the seller account in the platform's seller centre.` },
	professionalPlan: {
		title: msg`Professional selling plan`,
		hint: msg`An app of your own, with which the workbench connects, takes the Professional plan.`,
	},
	bankPayout: { title: msg`Account for payouts`, hint: msg`What the platform asks of the bank account is told in the seller centre.` },
	shopChecks: {
		title: msg`What a shop needs before it sells`,
		hint: msg`Contact, bank account, tax, pickup and return warehouse, delivery option and shipping template, and producer responsibility where it is asked for. The platform checks each before goods are listed.`,
	},
	responsiblePersonEu: {
		title: msg`Responsible person in the EU`,
		hint: msg`Since 13 December 2024 every offer shows the maker and, where the maker is outside the EU, a responsible person inside it, with identifiers and warnings in the local language.`,
	},
	responsiblePersonUk: {
		title: msg`Responsible person in the United Kingdom`,
		hint: msg`No document that we read says whether your goods need one. Ask somebody who knows the law.`,
	},
	localContact: {
		title: msg`Contact person in the country`,
		hint: msg`The platform keeps a contact person of this country with the goods.`,
	},
	vatLocalStock: {
		title: msg`VAT number of the country`,
		hint: msg`Goods that lie in the country take its VAT registration; the one-stop shop does not replace it.`,
	},
	importVatEu: {
		title: msg`VAT on imports`,
		hint: msg`For consignments from outside of up to €150 the marketplace owes the VAT. A seller from outside the EU needs an intermediary for an IOSS number of its own.`,
	},
	importVatUk: { title: msg`VAT on imports`, hint: msg`For consignments of up to £135 the marketplace accounts for the VAT.` },
	eprGermany: {
		title: msg`Packaging register LUCID`,
		hint: msg`The register's number and a contract with a dual system come before the first parcel. There is no minimum, and marketplaces must check.`,
	},
	eprElsewhere: {
		title: msg`Producer responsibility`,
		hint: msg`The EU's packaging regulation applies since 12 August 2026. Which numbers this country asks for we did not read: ask somebody who knows the law.`,
	},
	inform: {
		title: msg`Identity under the INFORM Act`,
		hint: msg`From 200 sales and $5,000 within 12 months on one marketplace: identity, bank account, tax number and contact within 10 days, and a confirmation every year.`,
	},
	taxHome: {
		title: msg`Tax`,
		hint: msg`We found no document on the tax numbers that this country asks of sellers. Ask an adviser before you register.`,
	},
	brandFiling: {
		title: msg`Brands`,
		hint: msg`Trade press: brands are filed in the seller centre, with the registration and an authorisation over two links at most.`,
	},
	fiscalNote: { title: msg`Electronic invoice`, hint: msg`Shipping labels take the 44-digit key of the electronic invoice (NF-e).` },
	handlingTime: { title: msg`Handling time`, hint: msg`Parcels are handed over within four days at most.` },
	reputation: {
		title: msg`Reputation begins anew`,
		hint: msg`Each country counts its own reputation; it shows after 10 sales within 365 days.`,
	},
	ownAppAmazon: {
		title: OWN_APP,
		hint: msg`The account's primary user registers a private app and asks for its roles; those for buyers' data take a security review.`,
	},
	ownAppTemu: {
		title: OWN_APP,
		hint: msg`One self-developed app per seller account, authorised by the main account. Its questionnaires ask for fixed addresses, servers outside mainland China and encryption; from abroad a company in the region too.`,
	},
	ownAppTikTok: {
		title: OWN_APP,
		hint: msg`The permission for orders is off by default and the one for buyers' messages is given on request. From 25 sellers on, an unlisted app is reviewed.`,
	},
	ownAppMeli: { title: OWN_APP, hint: msg`Register an app with the https address of this workbench, exactly as it is.` },
	bind: { title: msg`Bind the store`, hint: msg`The platform asks for your consent; then its orders are read here.` },
};

export const FEE_WORDS: Record<FeeId, MessageDescriptor> = {
	feesNotRead: msg`We found no document on what opening costs. Look in the seller centre.`,
	interfaceFee: msg`Fees for the interface were announced; a notice that seems to be the later one says they will not come for now.`,
	saleFeeByCategory: msg`The sale fee depends on category, price and kind of listing; the platform tells it for each.`,
	dutyEu: msg`€3 duty per item of low-value parcels from outside the EU, from 1 July 2026 to 30 June 2028. Sources differ on parcels without IOSS.`,
	dutyUs: msg`Parcels of up to $800 are not free of duty since 29 August 2025. How it stands now we did not read.`,
};

export const WAIT_WORDS: Record<WaitId, MessageDescriptor> = {
	waitNotRead: msg`We found no document on how long opening takes.`,
	someRegionsSkipReview: msg`Press reports: some regions waive papers and review for shops that do well.`,
	appReview: msg`The app is reviewed before it may be used; no time is named.`,
};

export const NO_TRACK_WORDS: Record<NoTrackId, MessageDescriptor> = {
	supplyOnly: msg`Here the platform buys the goods and sells them itself. We found no document on how to begin.`,
	notForThisWay: msg`The platform's documents do not name this site for this way of selling.`,
};

export const OPENING_WAY_WORDS: Record<OpeningWay, MessageDescriptor> = { local: msg`Local company`, crossBorder: msg`From abroad` };

export const PAPER_WORDS: Record<PaperKind, MessageDescriptor> = {
	licence: msg`Business licence`,
	vat: msg`VAT or tax number`,
	epr: msg`EPR number`,
	ioss: msg`IOSS number`,
	responsiblePerson: msg`Responsible person`,
	bank: msg`Bank account`,
	trademark: msg`Trade mark`,
	brandAuthorisation: msg`Brand authorisation`,
};

export const STANDING_WORDS: Record<PaperStanding, MessageDescriptor> = {
	held: msg`held`,
	notYet: msg`not valid yet`,
	ending: msg`ends soon`,
	ended: msg`has ended`,
};

export const SETTING_WORDS: Record<CopiedSetting, MessageDescriptor> = {
	entity: msg`Company that sells`,
	group: msg`Group`,
	owner: msg`Who answers for it`,
	colour: msg`Colour`,
	mark: msg`Mark`,
	mode: msg`Way of selling`,
};
