import { type WhatsAppConfig, whatsapp } from "@punctual/channel-whatsapp";
import { timeoutSignal } from "../../platform/clock.ts";
import { randomSecret } from "../../platform/random.ts";
import type { ChannelToCheck } from "../../store/read-diagnosis.ts";
import { plural } from "../plural.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

const TIMEOUT_MS = 10_000;
const QUIET_MS = 7 * 24 * 3_600_000;

export interface ChannelSurroundings {
  readonly publicUrl: string;
  /** Whether a running process takes webhooks: otherwise nobody can answer the handshake. */
  readonly takesWebhooks: boolean;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Asks Meta whether the token works, and the public address whether webhooks would arrive: by the same
 * handshake that Meta does, which changes nothing.
 */
export async function checkChannel(
  channel: ChannelToCheck,
  around: ChannelSurroundings,
): Promise<Finding[]> {
  const { publicUrl, fetch } = around;
  const name = `${channel.account}: ${channel.name}`;
  const config = parseStored(channel.config);
  if (config === null) {
    return [problem(name, "Its stored settings are not valid.", enterAgain(channel.id))];
  }
  const [token, webhook] = await Promise.all([
    checkToken(name, channel.id, config, fetch),
    checkWebhook(name, channel, config, around),
  ]);
  return [
    token,
    webhook,
    ...checkTraffic(name, channel, `${publicUrl}/webhooks/whatsapp/${channel.id}`),
  ];
}

function parseStored(config: unknown): WhatsAppConfig | null {
  try {
    return whatsapp.parseConfig(config);
  } catch {
    return null;
  }
}

async function checkToken(
  name: string,
  channelId: string,
  config: WhatsAppConfig,
  fetch: typeof globalThis.fetch,
): Promise<Finding> {
  const { graphUrl, graphVersion, phoneNumberId, accessToken } = config;
  const url = `${graphUrl}/${graphVersion}/${phoneNumberId}`;
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${accessToken}` },
      signal: timeoutSignal(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok) return ok(name, "The access token works.");
    const found = `${graphUrl} answered ${response.status}.`;
    if (response.status === 401 || response.status === 403) {
      const fix = `Make a permanent token of a system user at Meta. ${enterAgain(channelId)}`;
      return problem(name, `The access token is refused: ${found}`, fix);
    }
    const fix = "Check the phone number id, and that the token's app may use the number.";
    return problem(name, `The number can't be used: ${found}`, fix);
  } catch {
    const fix = "Check this machine's way to the internet, its DNS and its firewall.";
    return problem(name, `${graphUrl} can't be reached.`, fix);
  }
}

async function checkWebhook(
  name: string,
  channel: ChannelToCheck,
  config: WhatsAppConfig,
  { publicUrl, takesWebhooks, fetch }: ChannelSurroundings,
): Promise<Finding> {
  const webhookUrl = `${publicUrl}/webhooks/whatsapp/${channel.id}`;
  const challenge = randomSecret();
  const handshake = new URL(webhookUrl);
  handshake.searchParams.set("hub.mode", "subscribe");
  handshake.searchParams.set("hub.verify_token", config.verifyToken);
  handshake.searchParams.set("hub.challenge", challenge);
  const answer = await fetch(handshake, { signal: timeoutSignal(TIMEOUT_MS) })
    .then((response) => response.text())
    .catch(() => null);
  if (answer !== challenge && !takesWebhooks) {
    const fix = "Start the server (npm start), then ask the doctor again.";
    return warning(name, "Webhooks can't arrive: no server runs that takes them.", fix);
  }
  if (answer !== challenge) {
    const found = answer === null ? "nobody answers there" : "somebody else answers there";
    const fix = "Set PUBLIC_URL to this server's address and let its proxy pass it on.";
    return problem(name, `Webhooks can't arrive at ${webhookUrl}: ${found}.`, fix);
  }
  if (publicUrl.startsWith("https:") || !isMeta(config.graphUrl)) {
    return ok(name, `Webhooks can arrive at ${webhookUrl}`);
  }
  const fix = "Put a proxy with a certificate in front and set PUBLIC_URL to its address.";
  return problem(name, `Meta sends webhooks to https addresses only, not to ${publicUrl}.`, fix);
}

function checkTraffic(name: string, channel: ChannelToCheck, webhookUrl: string): Finding[] {
  const findings: Finding[] = [];
  if (channel.stopped_reason !== null) {
    const reason = channel.stopped_reason.replace(/\.$/, "");
    const fix = `Mend it at Meta. ${enterAgain(channel.id)}`;
    findings.push(problem(name, `Sending was stopped: ${reason}.`, fix));
  }
  const fix = `Enter ${webhookUrl} at Meta, with the verify token, and subscribe to \`messages\`.`;
  if (channel.quiet_ms === null) {
    findings.push(warning(name, "No webhook has come yet.", fix));
  } else if (channel.quiet_ms > QUIET_MS) {
    const days = plural(Math.floor(channel.quiet_ms / 86_400_000), "day");
    findings.push(warning(name, `No webhook has come for ${days}.`, fix));
  } else {
    const minutes = plural(Math.round(channel.quiet_ms / 60_000), "minute");
    findings.push(ok(name, `The last webhook came ${minutes} ago.`));
  }
  return findings;
}

/** New credentials start a stopped channel again. */
function enterAgain(channelId: string): string {
  return (
    "Enter the credentials again, which starts the channel: " +
    `punctual channel set ${channelId} --help`
  );
}

function isMeta(graphUrl: string): boolean {
  return new URL(graphUrl).hostname.endsWith("facebook.com");
}
