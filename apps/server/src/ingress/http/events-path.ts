import type { Operation } from "./openapi-operation.ts";
import { problemReferences } from "./problem-responses.ts";

const DESCRIPTION = `A WebSocket. Connect with the cookie of a login (from a page of this server) or with
\`Authorization: Bearer pun_…\`. The server speaks JSON; clients say
\`{"type":"visible","visible":true|false}\` whether their member looks at them, and nothing else:

- \`{"type":"hello","cursor","memberId","online":[ids]}\` comes first.
- \`{"type":"events","events":[{"id","type","sessionId","at","payload"}],"cursor"}\`: what happened. Keep
  the cursor once it is applied; without one, keep the cursor you have.
- \`{"type":"cursor","cursor"}\`: nothing for you happened; keep the cursor.
- \`{"type":"resync","cursor"}\`: too much was missed, or you see other sessions than before. Load afresh, then go on from this cursor.

Close codes: 1001 the server goes away, 1008 you are no longer logged in, 1011 an error here, 1012 you
have another role now. On any but 1008 connect again with the last cursor.

Types of events and their payloads:

| type | payload |
| --- | --- |
| \`session.opened\`, \`session.changed\` | \`{session, messages}\`: the state, and messages that are new |
| \`session.removed\` | \`{id}\`: you don't see it any more |
| \`session.updated\` | \`{id}\` and what changed of it besides the machine's decisions |
| \`session.read\` | \`{id, unread}\`; sent to its member alone |
| \`session.parked\` | \`{id}\`: the session could not be decided |
| \`message.updated\` | \`{id, sessionId}\` and what changed: \`delivery\`, \`reaction\`, \`editedAt\` or \`deletedAt\` |
| \`notification.created\` | the notification; sent to its member alone |
| \`notification.read\` | \`{ids}\`; sent to its member alone |
| \`notification.withdrawn\` | \`{id}\`; sent to its member alone |
| \`member.updated\` | \`{member}\`, without \`openSessions\` |
| \`team.created\`, \`team.updated\` | \`{team}\` |
| \`team.deleted\` | \`{id}\` |
| \`access.changed\` | \`{}\`: a login or token of yours ended, or your role changed; sent to its member alone |
| \`settings.saved\` | \`{channelId, version, applyTo}\`; \`channelId\` null: the business's |
| \`assignmentRules.updated\` | \`{}\`: load the rules again |
| \`businessHours.updated\`, \`presenceSettings.updated\` | \`{}\`: load them again |
| \`contact.updated\` | \`{id}\`: load the contact again |
| \`tags.updated\`, \`categories.updated\` | \`{}\`: load them again |
| \`closingRequirements.updated\` | \`{tag, note, category}\`: what a person must leave behind to close |
| \`channel.updated\` | \`{id}\`: load the channels again |

Take types that you don't know for news to come, and pass them over.`;

const cursor = {
  name: "cursor",
  in: "query",
  required: false,
  schema: { type: "string" },
  description: "Where your last connection ended. Without it events come from now on.",
};

/** The live events in the OpenAPI document: an upgrade of the connection, so no route describes it. */
export const EVENTS_PATH: Record<string, Operation> = {
  get: Object.assign(
    {
      operationId: "followEvents",
      summary: "What happens, as it happens (WebSocket)",
      description: DESCRIPTION,
      tags: ["Live events"],
    },
    {
      parameters: [cursor],
      responses: {
        "101": { description: "The connection speaks WebSocket from here on." },
        ...problemReferences([401, 403, 429]),
      },
    },
  ),
};
