import { EVENTS_CLOSE, EventPayloads } from "@punctual/contract";
import type { Operation } from "./openapi-operation.ts";
import { problemReferences } from "./problem-responses.ts";

const DESCRIPTION = `A WebSocket. Connect with the cookie of a login (from a page of this server) or with
\`Authorization: Bearer pun_…\`. The server speaks JSON:

- \`{"type":"hello","cursor","memberId","online":[ids],"now"}\` comes first; \`now\`: the server's clock, epoch ms.
- \`{"type":"events","events":[{"id","type","sessionId","at","payload"}],"now","cursor"}\`: what happened. Keep
  the cursor once it is applied; without one, keep the cursor you have.
- \`{"type":"cursor","cursor"}\`: nothing for you happened; keep the cursor.
- \`{"type":"typing","sessionId","memberId","typing"}\`: a colleague types there, or no longer. Show it for
  six seconds. It has no cursor.
- \`{"type":"resync","cursor"}\`: too much was missed, or you see other sessions than before. Load afresh, then go on from this cursor.

Clients say \`{"type":"visible","visible":true|false}\`, whether their member looks at them;
\`{"type":"active"}\`, that their member does something, and \`{"type":"typing","sessionId","typing":true|false}\`,
that they write a reply or a note there, both at most every few seconds.

Close codes: ${EVENTS_CLOSE.goingAway} the server goes away, ${EVENTS_CLOSE.notLoggedIn} you are no longer logged in, ${EVENTS_CLOSE.failed} an error here,
${EVENTS_CLOSE.otherRole} you have another role now. On any but ${EVENTS_CLOSE.notLoggedIn} connect again with the last cursor.

Types of events and their payloads:

| type | payload | |
| --- | --- | --- |
${tableOfEvents()}

Take types that you don't know for news to come, and pass them over.`;

function tableOfEvents(): string {
  const rows = Object.entries(EventPayloads).map(([type, { shape, description = "" }]) => {
    const fields = Object.keys(shape).join(", ");
    return `| \`${type}\` | \`{${fields}}\` | ${description} |`;
  });
  return rows.join("\n");
}

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
