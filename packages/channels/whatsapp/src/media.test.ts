import type { MediaAnswer } from "@punctual/channel-kit";
import { describe, expect, test } from "vitest";
import { whatsapp } from "./index.ts";
import { TEST_CONFIG } from "./test-config.ts";

/** Plays Meta: an answer for each address; remembers who was asked, and with what. */
function meta(answers: Readonly<Record<string, () => Response>>) {
  const asked: { readonly url: string; readonly init: RequestInit | undefined }[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = String(input);
    asked.push({ url, init });
    const answer = Object.entries(answers).find(([part]) => url.includes(part))?.[1];
    if (answer === undefined) throw new TypeError("fetch failed");
    return answer();
  };
  return { asked, fetch };
}

async function ask(
  answers: Parameters<typeof meta>[0],
  mediaId = "1037543291543636",
): Promise<{ readonly answer: MediaAnswer; readonly asked: ReturnType<typeof meta>["asked"] }> {
  const { asked, fetch } = meta(answers);
  const config = whatsapp.parseConfig(TEST_CONFIG);
  const { signal } = new AbortController();
  const answer = await whatsapp.media?.fetch(config, mediaId, fetch, signal);
  if (answer === undefined) throw new Error("WhatsApp has files");
  return { answer, asked };
}

const FILE = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2&hash=3";

function found(url = FILE) {
  const json = { url, mime_type: "image/jpeg", file_size: "3", id: "1", sha256: "x" };
  return () => Response.json({ messaging_product: "whatsapp", ...json });
}

describe("a file", () => {
  test("is asked for by its id, and fetched with the token where Meta says", async () => {
    const { answer, asked } = await ask({
      "graph.facebook.com": found(),
      "lookaside.fbsbx.com": () => new Response("abc"),
    });
    expect(answer).toMatchObject({ type: "found", mimeType: "image/jpeg", bytes: 3 });
    const text = answer.type === "found" ? await new Response(answer.body).text() : null;
    expect(text).toBe("abc");
    expect(asked.map(({ url }) => url)).toEqual([
      `https://graph.facebook.com/v25.0/1037543291543636?phone_number_id=${TEST_CONFIG.phoneNumberId}`,
      FILE,
    ]);
    for (const { init } of asked) {
      expect(init?.headers).toMatchObject({ authorization: `Bearer ${TEST_CONFIG.accessToken}` });
      expect(init?.redirect).toBe("manual");
    }
  });

  test.each([
    "https://evil.example/file",
    "http://lookaside.fbsbx.com/file",
    "https://fbsbx.com.evil.example/file",
    "https://lookaside.fbsbx.com:8443/file",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "nonsense",
  ])("at %s is not fetched: the token goes nowhere else", async (url) => {
    const { answer, asked } = await ask({
      "graph.facebook.com": found(url),
      "": () => new Response("x"),
    });
    expect(answer).toMatchObject({ type: "failed" });
    expect(asked).toHaveLength(1);
  });

  test("whose address leads elsewhere is not followed", async () => {
    const { answer, asked } = await ask({
      "graph.facebook.com": found(),
      "lookaside.fbsbx.com": () =>
        new Response(null, { status: 302, headers: { location: "https://evil.example" } }),
    });
    expect(answer).toEqual({ type: "failed", message: "The file's address answered 302." });
    expect(asked).toHaveLength(2);
  });

  test("that Meta has no longer is gone", async () => {
    const error = { code: 100, error_subcode: 33, message: "Unsupported get request." };
    const unknown = await ask({
      "graph.facebook.com": () => Response.json({ error }, { status: 400 }),
    });
    expect(unknown.answer).toEqual({ type: "gone" });
    const expired = await ask({
      "graph.facebook.com": found(),
      "lookaside.fbsbx.com": () => new Response(null, { status: 404 }),
    });
    expect(expired.answer).toEqual({ type: "gone" });
    expect(await ask({}, "../me")).toEqual({ answer: { type: "gone" }, asked: [] });
  });

  test("is not gone because the token is dead or Meta is away", async () => {
    const error = { code: 190, message: "Invalid OAuth access token." };
    const dead = await ask({
      "graph.facebook.com": () => Response.json({ error }, { status: 401 }),
    });
    expect(dead.answer).toMatchObject({ type: "failed" });
    expect((await ask({})).answer).toMatchObject({ type: "failed" });
  });
});

describe("an upload", () => {
  async function upload(answer: () => Response) {
    const { asked, fetch } = meta({ "/media": answer });
    const config = whatsapp.parseConfig(TEST_CONFIG);
    const file = { bytes: new Uint8Array([1, 2]), mimeType: "image/png", fileName: "a.png" };
    const { signal } = new AbortController();
    return { asked, answer: await whatsapp.media?.upload(config, file, fetch, signal) };
  }

  test("carries the file with its name and type, and gives Meta's id of it", async () => {
    const { asked, answer } = await upload(() => Response.json({ id: "42" }));
    expect(answer).toMatchObject({ type: "stored", mediaId: "42" });
    const [request] = asked;
    expect(request?.url).toBe(
      `https://graph.facebook.com/v25.0/${TEST_CONFIG.phoneNumberId}/media`,
    );
    const form = request?.init?.body as FormData;
    expect(form.get("messaging_product")).toBe("whatsapp");
    expect(form.get("type")).toBe("image/png");
    expect(form.get("file")).toMatchObject({ name: "a.png", type: "image/png", size: 2 });
  });

  test("that Meta refuses says why; one that Meta can't take now may be tried again", async () => {
    const error = { code: 100, message: "Param file must be another type." };
    const refused = await upload(() => Response.json({ error }, { status: 400 }));
    expect(refused.answer).toEqual({
      type: "refused",
      message: "Graph answered 400: Param file must be another type.",
    });
    const away = await upload(() => new Response("oops", { status: 503 }));
    expect(away.answer).toMatchObject({ type: "failed" });
  });
});
