import type { TemplatesAnswer } from "@punctual/channel-kit";
import { describe, expect, test } from "vitest";
import { whatsapp } from "./index.ts";
import { TEST_CONFIG } from "./test-config.ts";

const WABA = "102290129340398";

/** Asks for the templates of a Meta that answers so, page by page. */
async function list(pages: readonly object[], config: object = { businessAccountId: WABA }) {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = async (input) => {
    asked.push(String(input));
    const page = pages[asked.length - 1];
    return page === undefined ? new Response("oops", { status: 503 }) : Response.json(page);
  };
  const parsed = whatsapp.parseConfig({ ...TEST_CONFIG, ...config });
  const { signal } = new AbortController();
  const answer: TemplatesAnswer | undefined = await whatsapp.templates?.list(parsed, fetch, signal);
  return { answer, asked };
}

function approved(name: string, more: object = {}) {
  const body = { type: "BODY", text: "Hi {{1}}, see you {{2}}. Bye {{1}}" };
  return {
    name,
    language: "en",
    status: "APPROVED",
    category: "UTILITY",
    components: [body],
    ...more,
  };
}

describe("the templates", () => {
  test("are read with all that an agent must see before sending one", async () => {
    const components = [
      { type: "HEADER", format: "TEXT", text: "Order {{order_id}}" },
      { type: "BODY", text: "Hi {{ first_name }}!" },
      { type: "FOOTER", text: "Acme" },
      { type: "BUTTONS", buttons: [{ type: "URL", text: "Track", url: "https://x.test/{{1}}" }] },
    ];
    const { answer } = await list([
      { data: [approved("order", { components, parameter_format: "NAMED" })] },
    ]);
    expect(answer).toEqual({
      type: "listed",
      templates: [
        {
          name: "order",
          language: "en",
          category: "UTILITY",
          header: { format: "TEXT", text: "Order {{order_id}}", variables: ["order_id"] },
          body: "Hi {{ first_name }}!",
          variables: ["first_name"],
          namedVariables: true,
          footer: "Acme",
          buttons: [{ type: "URL", text: "Track" }],
        },
      ],
    });
  });

  test("come from all pages, by name, and an odd one costs the others nothing", async () => {
    const { answer, asked } = await list([
      {
        data: [approved("zeta"), { name: 5 }, null, approved("paused", { status: "PAUSED" })],
        paging: { cursors: { after: "A+/=" }, next: "https://graph.facebook.com/…" },
      },
      { data: [approved("alpha")], paging: { cursors: { after: "B" } } },
    ]);
    const templates = answer?.type === "listed" ? answer.templates : [];
    expect(templates.map(({ name }) => name)).toEqual(["alpha", "zeta"]);
    expect(templates[0]).toMatchObject({ variables: ["1", "2"], namedVariables: false });
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain(`/${WABA}/message_templates?`);
    expect(asked[1]).toContain("after=A%2B%2F%3D");
  });

  test("need the business account's id, and Meta's answer", async () => {
    const unknown = await list([], {});
    expect(unknown).toMatchObject({ answer: { type: "notConfigured" }, asked: [] });
    expect((await list([])).answer).toEqual({ type: "failed", message: "Graph answered 503" });
  });
});
