import { z } from "zod";

/**
 * Credentials and settings of one WhatsApp number (channels.md A1).
 *
 * The patterns are strict because what they let through ends up in a URL or a header: a token with
 * a line break would make `fetch` throw an error that quotes it.
 */
export const WhatsAppConfig = z.object({
  /** Id of the sending number; a string of digits, never a number. */
  phoneNumberId: z.string().trim().regex(/^\d+$/, "Use the phone number id: digits only."),
  accessToken: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, "Use the access token as Meta shows it, without spaces."),
  appSecret: z.string().trim().min(1, "Enter the app secret."),
  /** Free text that is also entered in Meta's webhook form. */
  verifyToken: z.string().min(1, "Enter the verify token."),
  /** Id of the WhatsApp business account: whose templates they are. */
  businessAccountId: z
    .string()
    .trim()
    .regex(/^\d+$/, "Use the WhatsApp business account id: digits only.")
    .optional(),
  graphUrl: z
    .string()
    .trim()
    .refine(isPlainHttpUrl, "Use an http or https address without user name, query or fragment.")
    .transform((url) => url.replace(/\/+$/, ""))
    .default("https://graph.facebook.com"),
  graphVersion: z
    .string()
    .regex(/^v\d+\.\d+$/, "Use a Graph version such as v25.0.")
    .default("v25.0"),
});
export type WhatsAppConfig = z.infer<typeof WhatsAppConfig>;

function isPlainHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  const plain = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  return plain && (url.protocol === "https:" || url.protocol === "http:");
}
