import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from "fastify-type-provider-zod";
import { describeOperations, type OpenApiDocument } from "./describe-operations.ts";

/** Collects the schemas of routes that are registered after it. */
export async function registerOpenApi(app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Punctual API",
        version: "1",
        description: DESCRIPTION,
        license: { name: "AGPL-3.0-only", identifier: "AGPL-3.0-only" },
      },
      servers: [{ url: publicUrl }],
      tags: TAGS,
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "An API token: `pun_…`" },
          cookie: {
            type: "apiKey",
            in: "cookie",
            name: publicUrl.startsWith("https:")
              ? "__Secure-punctual.session_token"
              : "punctual.session_token",
            description: "A login: `POST /api/auth/sign-in/email`",
          },
        },
      },
      security: [{ token: [] }, { cookie: [] }],
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig }),
    transformObject: (document) => {
      const described = addSchemas(document);
      if ("components" in described) dropUnused(described.components?.schemas, described.paths);
      describeOperations(described as OpenApiDocument);
      return described;
    },
  });
}

const DESCRIPTION = `Sessions, messages and the clock's settings of a business.

Send an API token (\`Authorization: Bearer pun_…\`), or log in with \`POST /api/auth/sign-in/email\`
(\`{"email","password"}\`) and keep the cookie. \`GET /api/v1/events\` is a WebSocket: what happens, as
it happens, from a cursor; see *Live events* below, and \`docs/events.md\` for an example of each.

Times are ISO 8601 in UTC and their names end in \`At\`; only live events, and the reasons on a timeline,
have them in epoch milliseconds. Ids are UUIDs, but for entries of timelines and of the audit log, and for
live events, which are numbered. Lists come in pages: give \`nextCursor\` back as \`cursor\`. Errors are problem documents (RFC 9457) with a stable \`code\`.`;

const TAGS = [
  { name: "Sessions", description: "What customers and agents talk in, and its clock." },
  { name: "Contacts", description: "Customers: who they are, and who may not write." },
  { name: "Tags", description: "What sessions and contacts can be marked with." },
  { name: "Quick replies", description: "Texts that agents send often." },
  { name: "Settings", description: "The clock's settings, their versions and previews." },
  { name: "Assignment rules", description: "Who gets a session." },
  { name: "Teams", description: "Members who get sessions together." },
  { name: "Channels", description: "Addresses of the business on networks." },
  { name: "Members", description: "People of the business, their status and their access." },
  { name: "Notifications", description: "What you are told of, and by which ways." },
  { name: "Audit log", description: "Who changed what, when and from where." },
  { name: "Live events", description: "A WebSocket that tells what happens." },
  { name: "Set-up", description: "The first run and invitations." },
];

/** Leaves out what zod's formats say already: readers want `uuid`, not its pattern. */
const zodToJsonConfig = {
  override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
    if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
};

const addSchemas = createJsonSchemaTransformObject({ zodToJsonConfig });

/** Every named schema exists as an input and as an output: drops those that no path leads to. */
function dropUnused(schemas: Record<string, unknown> | undefined, paths: unknown): void {
  if (schemas === undefined) return;
  const used = new Set<string>();
  const follow = (part: unknown) => {
    for (const [, name = ""] of JSON.stringify(part).matchAll(REFERENCE)) {
      if (used.has(name) || schemas[name] === undefined) continue;
      used.add(name);
      follow(schemas[name]);
    }
  };
  follow(paths);
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
}

const REFERENCE = /"#\/components\/schemas\/(\w+)"/g;
