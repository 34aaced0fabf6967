import { describe, expect, test } from "vitest";
import { NUMBER, startPair } from "./testkit.ts";

/** The Graph side of a fresh emulator, as a business's server uses it. */
async function startGraph() {
  const { client, received, url } = await startPair();
  const authorization = `Bearer ${NUMBER.accessToken}`;
  const get = async (path: string, token = authorization) => {
    const target = path.startsWith("http") ? path : `${url}/v25.0/${path}`;
    return await fetch(target, { headers: { authorization: token } });
  };
  const upload = async (file: Blob, fields: Readonly<Record<string, string>> = {}) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ messaging_product: "whatsapp", ...fields })) {
      form.set(name, value);
    }
    form.set("file", file, "file");
    const target = `${url}/v25.0/${NUMBER.phoneNumberId}/media`;
    return await fetch(target, { method: "POST", headers: { authorization }, body: form });
  };
  return { client, received, get, upload };
}

const PICTURE = new Blob(["picture"], { type: "image/png" });

describe("files", () => {
  test("of customers are found by the webhook's id, at an address that wants the token", async () => {
    const { client, received, get } = await startGraph();
    await client.write("anna", { type: "voice" });
    await client.waitUntilIdle();
    const message = received[0]?.payload.entry[0]?.changes[0]?.value.messages?.[0];
    const { id = "", sha256 = "" } = (message?.audio ?? {}) as Record<string, string>;
    const found = (await (await get(id)).json()) as Record<string, string>;
    expect(found).toMatchObject({
      messaging_product: "whatsapp",
      id,
      mime_type: "audio/ogg; codecs=opus",
      sha256: Buffer.from(sha256, "base64").toString("hex"),
    });
    const file = await get(found.url ?? "");
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(bytes.subarray(0, 4).toString()).toBe("OggS");
    expect(found.file_size).toBe(String(bytes.length));
    expect((await get(found.url ?? "", "Bearer other")).status).toBe(401);
    const late = new URL(found.url ?? "");
    late.searchParams.set("ext", String(Math.floor(Date.now() / 1_000) - 1));
    expect((await get(late.href)).status).toBe(404);
  });

  test("of the business are taken with their type, and found by the id that it got", async () => {
    const { get, upload } = await startGraph();
    const answer = await upload(PICTURE, { type: "image/png" });
    expect(answer.status).toBe(200);
    const { id } = (await answer.json()) as { id: string };
    const found = (await (await get(id)).json()) as { url: string };
    expect(await (await get(found.url)).text()).toBe("picture");
  });

  test("of a type that WhatsApp doesn't take are refused", async () => {
    const { upload } = await startGraph();
    const html = await upload(new Blob(["<p>"], { type: "text/html" }));
    expect(html.status).toBe(400);
    expect(await html.json()).toMatchObject({ error: { code: 100 } });
    const nothing = await upload(PICTURE, { messaging_product: "telegram" });
    expect(nothing.status).toBe(400);
  });
});

describe("templates", () => {
  test("are listed by pages to whoever the business account belongs to", async () => {
    const { client, get } = await startGraph();
    const names = ["a", "b", "c"];
    await client.updateNumber(NUMBER.phoneNumberId, {
      templates: names.map((name) => ({ name, language: "en", bodyParameters: 1 })),
    });
    const first = await get(`${NUMBER.wabaId}/message_templates?limit=2`);
    const page = (await first.json()) as {
      data: { name: string }[];
      paging: { cursors: { after: string }; next?: string };
    };
    expect(page.data).toMatchObject([
      { name: "a", status: "APPROVED", components: [{ type: "BODY", text: "a {{1}}" }] },
      { name: "b" },
    ]);
    expect(page.paging.next).toBeDefined();
    const { after } = page.paging.cursors;
    const rest = await get(`${NUMBER.wabaId}/message_templates?limit=2&after=${after}`);
    expect(await rest.json()).toMatchObject({ data: [{ name: "c" }] });
    expect((await get("999/message_templates")).status).toBe(400);
  });
});
