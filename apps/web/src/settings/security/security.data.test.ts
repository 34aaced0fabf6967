import { expect, test } from "vitest";
import { deviceName, groupedSecret } from "./security.data.ts";

test("a secret is typed in groups of four", () => {
  const uri = "otpauth://totp/Punctual:ada%40acme.test?secret=ABCDEFGHIJ&issuer=Punctual";
  expect(groupedSecret(uri)).toBe("ABCD EFGH IJ");
});

test.each([
  [
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "Chrome, Windows",
  ],
  ["Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
    "Safari, iOS",
  ],
  ["curl/8.5.0", null],
  [null, null],
])("%s is shown as %s", (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});
