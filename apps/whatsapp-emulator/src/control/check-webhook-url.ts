import { ControlError } from "./control-error.ts";

/**
 * Lets webhooks go to this machine only, and to hosts that were allowed by name: made-up messages
 * that are signed must not leave by mistake.
 *
 * @throws ControlError 400 for any other URL.
 */
export function checkWebhookUrl(url: string | null, allowedHosts: ReadonlySet<string>): void {
  if (url === null) return;
  const { protocol, hostname } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") {
    throw new ControlError(
      400,
      `A webhook URL begins with http:// or https://, not ${protocol}//.`,
    );
  }
  if (isLoopback(hostname) || allowedHosts.has(hostname)) return;
  throw new ControlError(
    400,
    `Webhooks to ${hostname} are refused: it is not this machine. ` +
      `Start the emulator with --allow-webhook-host ${hostname} if you mean it.`,
  );
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname === "[::1]" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
