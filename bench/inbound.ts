/**
 * Signed webhooks over HTTP until they are committed and answered with 200, from the emulator to the
 * server as its own process. `node bench/inbound.ts [--messages 10000] [--batch 1] [--folder /dev/shm]`
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmulator } from "@punctual/whatsapp-emulator";
import { startRealServer } from "./lib/real-server.ts";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "10000" },
    customers: { type: "string", default: "1000" },
    batch: { type: "string", default: "1" },
    folder: { type: "string", default: tmpdir() },
  },
});
const NUMBER = {
  phoneNumberId: "106540352242922",
  accessToken: "t",
  appSecret: "s",
  verifyToken: "v",
};
const MESSAGES = Number(values.messages);

const dataDir = await mkdtemp(join(values.folder, "punctual-inbound-"));
// As root the database runs as an account without rights, which must be able to enter.
await chmod(dataDir, 0o755);
const emulator = await startEmulator({
  numbers: [
    {
      ...NUMBER,
      wabaId: "1",
      displayPhoneNumber: "+15550783881",
      webhookUrl: "http://127.0.0.1:9/",
    },
  ],
  settings: { webhookConcurrency: 64, keepOrder: false },
});
const server = await startRealServer(dataDir);
try {
  await server.command("account", "create", "--name", "Bench");
  const { webhookUrl } = await server.command(
    ...["channel", "add", "whatsapp", "--phone-number-id", NUMBER.phoneNumberId],
    ...["--access-token", NUMBER.accessToken, "--app-secret", NUMBER.appSecret],
    ...["--verify-token", NUMBER.verifyToken, "--graph-url", emulator.url],
  );
  const path = new URL(String(webhookUrl)).pathname;
  await emulator.client.updateNumber(NUMBER.phoneNumberId, { webhookUrl: server.url + path });
  for (const round of ["first messages", "later messages"]) {
    const start = performance.now();
    await emulator.client.bulk({
      count: MESSAGES,
      customers: Number(values.customers),
      batchSize: Number(values.batch),
      text: "Message {n}",
    });
    await emulator.client.waitUntilIdle(300_000);
    const seconds = (performance.now() - start) / 1000;
    console.log(
      `${round}: ${MESSAGES} in ${seconds.toFixed(2)} s, ${Math.round(MESSAGES / seconds)}/s`,
    );
  }
} finally {
  await server.stop();
  await emulator.close();
  await rm(dataDir, { recursive: true, force: true });
}
