import { expect, test } from "vitest";
import { TEST_CONFIG } from "./test-config.ts";
import { verifyWebhook } from "./webhook-auth.ts";

// The vector of channels.md A3: Meta escapes the é before it signs.
const SIGNED_BODY = [
  '{"object":"whatsapp_business_account","entry":[{"id":"102290129340398",',
  '"changes":[{"value":{"messaging_product":"whatsapp",',
  '"metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},',
  '"contacts":[{"profile":{"name":"Test"},"wa_id":"16505551234"}],',
  '"messages":[{"from":"16505551234","id":"wamid.TEST1",',
  String.raw`"timestamp":"1749416383","type":"text","text":{"body":"h\u00e9llo"}}]},`,
  '"field":"messages"}]}]}',
].join("");
const OF_THE_BYTES = "a1becd534fb5624021c4a4bfbcc01d823494bd75e3d881819907fd1b317d8040";
const OF_THE_JSON = "c610a0e03ef396005123800d8cfa17c323619ea9db94b3ee37799dfd9b30475f";

function verify(text: string, signature: string): boolean {
  const body = new TextEncoder().encode(text);
  return verifyWebhook(TEST_CONFIG, { body, headers: { "x-hub-signature-256": signature } });
}

test("the digest of the bytes as received is believed", () => {
  expect(new TextEncoder().encode(SIGNED_BODY)).toHaveLength(419);
  expect(verify(SIGNED_BODY, `sha256=${OF_THE_BYTES}`)).toBe(true);
});

test("the digest of the re-serialised JSON belongs to other bytes", () => {
  expect(verify(SIGNED_BODY, `sha256=${OF_THE_JSON}`)).toBe(false);
  const again = JSON.stringify(JSON.parse(SIGNED_BODY));
  expect(verify(again, `sha256=${OF_THE_JSON}`)).toBe(true);
  expect(verify(again, `sha256=${OF_THE_BYTES}`)).toBe(false);
});

test.for([
  OF_THE_BYTES,
  `sha1=${OF_THE_BYTES}`,
  `SHA256=${OF_THE_BYTES}`,
  `sha256=${OF_THE_BYTES.toUpperCase()}`,
  ` sha256=${OF_THE_BYTES}`,
  "sha256=",
])("a signature written as %j is not believed", (signature) => {
  expect(verify(SIGNED_BODY, signature)).toBe(false);
});
