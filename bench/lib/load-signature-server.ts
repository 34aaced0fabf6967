/**
 * The least that a door for webhooks can do: reads the body, checks the signature, answers 200. A process
 * of its own, as the limit beside inbound figures. Tells its parent the port it listens on.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { whatsapp } from "@punctual/channel-whatsapp";

const config = whatsapp.parseConfig({
  phoneNumberId: "106540352242922",
  accessToken: "token",
  appSecret: process.argv[2],
  verifyToken: "verify",
});

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const genuine = whatsapp.verifyWebhook(config, { body, headers: request.headers });
    response.writeHead(genuine ? 200 : 401, { "content-length": 0 }).end();
  });
});
server.listen(0, "127.0.0.1", () => {
  const address: AddressInfo | string | null = server.address();
  process.send?.(typeof address === "object" ? address?.port : 0);
});
