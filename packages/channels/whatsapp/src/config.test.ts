import { expect, test } from "vitest";
import { WhatsAppConfig } from "./config.ts";
import { TEST_CONFIG } from "./test-config.ts";

test("Meta's own address and a Graph version are used unless told otherwise", () => {
  expect(WhatsAppConfig.parse(TEST_CONFIG)).toEqual({
    ...TEST_CONFIG,
    graphUrl: "https://graph.facebook.com",
    graphVersion: "v25.0",
  });
});

test("spaces around pasted values and slashes after the address don't matter", () => {
  const pasted = {
    ...TEST_CONFIG,
    accessToken: ` ${TEST_CONFIG.accessToken}\n`,
    graphUrl: "http://127.0.0.1:4000/graph//",
  };
  expect(WhatsAppConfig.parse(pasted)).toMatchObject({
    accessToken: TEST_CONFIG.accessToken,
    graphUrl: "http://127.0.0.1:4000/graph",
  });
});

test.for([
  ["phoneNumberId", "+1 650 555 1234"],
  ["phoneNumberId", 106540352242922],
  ["phoneNumberId", "1/../2"],
  ["accessToken", ""],
  ["accessToken", "two\nlines"],
  ["appSecret", " "],
  ["verifyToken", ""],
  ["graphUrl", "ftp://graph.example"],
  ["graphUrl", "graph.example"],
  ["graphUrl", "https://user:password@graph.example"],
  ["graphUrl", "https://graph.example?version=1"],
  ["graphVersion", "25"],
] as const)("a %s of %j is refused by name", ([field, value]) => {
  const result = WhatsAppConfig.safeParse({ ...TEST_CONFIG, [field]: value });
  expect(result.error?.issues.map((issue) => issue.path)).toEqual([[field]]);
});
