import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describeChannelConformance } from "@punctual/channel-kit/conformance";
import { whatsapp } from "./index.ts";
import { TEST_CONFIG } from "./test-config.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);

describeChannelConformance(whatsapp, {
  rawConfig: (graphUrl) => ({ ...TEST_CONFIG, graphUrl }),
  secrets: [TEST_CONFIG.accessToken, TEST_CONFIG.appSecret, TEST_CONFIG.verifyToken],
  address: TEST_CONFIG.phoneNumberId,
  handshake: {
    right: handshake("subscribe", TEST_CONFIG.verifyToken),
    answer: "1158201444",
    wrong: {
      "a wrong token": handshake("subscribe", "test-verify-tokem"),
      "a token that only begins right": handshake("subscribe", `${TEST_CONFIG.verifyToken}s`),
      "an empty token": handshake("subscribe", ""),
      "another mode": handshake("unsubscribe", TEST_CONFIG.verifyToken),
      "a request without a challenge": new URLSearchParams({
        "hub.mode": "subscribe",
        "hub.verify_token": TEST_CONFIG.verifyToken,
      }),
    },
  },
  signature: {
    header: "x-hub-signature-256",
    sign: (body) =>
      `sha256=${createHmac("sha256", TEST_CONFIG.appSecret).update(body).digest("hex")}`,
    body: String.raw`{"entry":[{"id":"h\u00e9llo"}]}`,
  },
  payloads: Object.fromEntries(
    ["", "own/"].flatMap((folder) =>
      readdirSync(new URL(`./${folder}`, FIXTURES))
        .filter((file) => file.endsWith(".json"))
        .map((file) => [`${folder}${file}`, load(`${folder}${file}`)]),
    ),
  ),
  message: {
    reference: "msg_01",
    to: { userId: null, phone: "16505551234" },
    content: { type: "text", text: "Hello" },
    replyTo: null,
  },
  accepted: {
    answer: { status: 200, body: '{"messages":[{"id":"wamid.OUT1"}]}' },
    externalId: "wamid.OUT1",
  },
  refusalQuoting: (text) => ({
    status: 400,
    body: JSON.stringify({ error: { code: 100, message: text } }),
  }),
});

function handshake(mode: string, token: string): URLSearchParams {
  return new URLSearchParams({
    "hub.mode": mode,
    "hub.challenge": "1158201444",
    "hub.verify_token": token,
  });
}

function load(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, FIXTURES), "utf8"));
}
