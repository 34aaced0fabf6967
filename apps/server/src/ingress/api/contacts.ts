import {
  BlockBody,
  type BusinessAct,
  Contact,
  ContactPage,
  ContactParams,
  ContactPatch,
  ContactsQuery,
  PunctualError,
  SessionPage,
  SessionsOfContactQuery,
  TagNamesBody,
} from "@punctual/contract";
import { blockContact, unblockContact } from "../../actions/block-contact.ts";
import { changeContact, tagContact } from "../../actions/change-contact.ts";
import type { Deps, MemberIdentity } from "../../actions/deps.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readReachedChannels } from "../../store/channel-limits.ts";
import { readSessionsOfContact } from "../../store/read-contact-sessions.ts";
import { readContact, readContacts } from "../../store/read-contacts.ts";
import { presentContact } from "../../views/contact.ts";
import { presentSession } from "../../views/session.ts";
import { memberOf } from "../auth/authenticate.ts";
import { requireMember } from "./act.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

/** Customers, as far as the member reaches their channels. */
export function registerContacts(app: ApiServer, context: ApiContext): void {
  registerReads(app, context);
  registerChanges(app, context);
  registerBlocks(app, context);
}

function registerReads(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/contacts",
    {
      schema: {
        ...about("listContacts", "Find contacts, newest first"),
        querystring: ContactsQuery,
        response: { 200: ContactPage, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const { accountId, id } = member;
      authorize(member, "readContacts");
      const { text, tag, owner, blocked, cursor, limit } = request.query;
      const ownerId = owner === "me" ? id : owner;
      const page = await deps.db.readAs(accountId, async (read) => {
        const channelIds = await readReachedChannels(read, accountId, id);
        const filter = { text, tag, ownerId, blocked, channelIds, cursor, limit };
        return await readContacts(read, accountId, filter);
      });
      return { contacts: page.items.map(presentContact), nextCursor: page.next };
    },
  );

  app.get(
    "/contacts/:contactId",
    {
      schema: {
        ...about("getContact", "A contact"),
        params: ContactParams,
        response: { 200: Contact, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      authorize(member, "readContacts");
      return await showContact(deps, member, request.params.contactId);
    },
  );

  app.get(
    "/contacts/:contactId/sessions",
    {
      schema: {
        ...about("listSessionsOfContact", "A contact's sessions that you see, newest first"),
        params: ContactParams,
        querystring: SessionsOfContactQuery,
        response: { 200: SessionPage, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      authorize(member, "readContacts");
      const { contactId } = request.params;
      await showContact(deps, member, contactId);
      const page = await deps.db.readAs(member.accountId, (read) =>
        readSessionsOfContact(read, member, contactId, request.query),
      );
      return { sessions: page.items.map(presentSession), nextCursor: page.next };
    },
  );
}

function registerChanges(app: ApiServer, { deps }: ApiContext): void {
  app.patch(
    "/contacts/:contactId",
    {
      schema: {
        ...about("changeContact", "Change name, attributes or owner"),
        params: ContactParams,
        body: ContactPatch,
        response: { 200: Contact, default: problems },
      },
    },
    async (request) => {
      const by = memberOf(request);
      const { body: patch } = request;
      return await actOnContact(
        deps,
        by,
        request.params.contactId,
        "changeContacts",
        async (on) => {
          if (typeof patch.ownerId === "string") {
            await requireMember(deps, by.accountId, patch.ownerId);
          }
          await changeContact(deps, { ...on, patch });
        },
      );
    },
  );

  app.put(
    "/contacts/:contactId/tags",
    {
      schema: {
        ...about("tagContact", "Make these the contact's tags"),
        params: ContactParams,
        body: TagNamesBody,
        response: { 200: Contact, default: problems },
      },
    },
    async (request) => {
      const { tags } = request.body;
      const by = memberOf(request);
      return await actOnContact(deps, by, request.params.contactId, "changeContacts", (on) =>
        tagContact(deps, { ...on, tags }),
      );
    },
  );
}

function registerBlocks(app: ApiServer, { deps }: ApiContext): void {
  app.post(
    "/contacts/:contactId/block",
    {
      schema: {
        ...about("blockContact", "Block a contact: their open sessions close silently"),
        params: ContactParams,
        body: BlockBody,
        response: { 200: Contact, default: problems },
      },
    },
    async (request) => {
      const { reason } = request.body;
      const by = memberOf(request);
      return await actOnContact(deps, by, request.params.contactId, "blockContacts", (on) =>
        blockContact(deps, { ...on, reason }),
      );
    },
  );

  app.post(
    "/contacts/:contactId/unblock",
    {
      schema: {
        ...about("unblockContact", "Unblock a contact"),
        params: ContactParams,
        response: { 200: Contact, default: problems },
      },
    },
    async (request) =>
      await actOnContact(deps, memberOf(request), request.params.contactId, "blockContacts", (on) =>
        unblockContact(deps, on),
      ),
  );
}

/** Authorises an act on a contact, does it, and gives the contact as it is afterwards. */
async function actOnContact(
  deps: Deps,
  by: MemberIdentity,
  contactId: string,
  act: BusinessAct,
  work: (on: { accountId: string; contactId: string; by: MemberIdentity }) => Promise<void>,
): Promise<Contact> {
  authorize(by, act);
  await showContact(deps, by, contactId);
  await work({ accountId: by.accountId, contactId, by });
  return await showContact(deps, by, contactId);
}

/** Throws `contact_not_found`, also for a contact on no channel that the member reaches. */
async function showContact(
  deps: Deps,
  { accountId, id }: MemberIdentity,
  contactId: string,
): Promise<Contact> {
  const row = await deps.db.readAs(accountId, async (read) => {
    const channelIds = await readReachedChannels(read, accountId, id);
    return await readContact(read, accountId, contactId, channelIds);
  });
  if (row === null) throw new PunctualError("contact_not_found");
  return presentContact(row);
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Contacts"] };
}
