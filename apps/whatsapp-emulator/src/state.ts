import type { CustomerMessageSpec } from "./control/customer-message-input.ts";
import type { StatusDelays } from "./settings.ts";

/** A business's WhatsApp number, with the credentials of the app it is connected to. */
export interface BusinessNumber {
  readonly phoneNumberId: string;
  /** Digits only, with the country code. */
  displayPhoneNumber: string;
  verifiedName: string;
  wabaId: string;
  accessToken: string;
  appSecret: string;
  verifyToken: string;
  /** Where webhooks go. `null`: nowhere, they count as lost. */
  webhookUrl: string | null;
  /** The templates that exist. `null`: any name is taken for an approved template. */
  templates: readonly Template[] | null;
}

export interface Template {
  readonly name: string;
  readonly language: string;
  readonly category: "utility" | "marketing" | "authentication";
  /** How many variables the body has. */
  readonly bodyParameters: number;
  /** Its words. `null` or left out: made up from the name. */
  readonly body?: string | null;
}

/** A person with WhatsApp. */
export interface Customer {
  readonly id: string;
  name: string;
  /** Digits only. `null`: the phone is never shown and can't be written to. */
  phone: string | null;
  /** Business-scoped user id (`channels.md` A6). `null`: webhooks look as before 2026. */
  bsuid: string | null;
  username: string | null;
  /**
   * Leaves `from` and `wa_id` out of webhooks though there is a phone, as for users with a
   * username.
   */
  hidesPhone: boolean;
  /** Whether the phone is on. Off: messages stay `sent` until it is on again. */
  receivesMessages: boolean;
  /** Whether messages get `read` by themselves. */
  readsMessages: boolean;
  /** Until when the phone has no network, epoch ms; `null`: it has. What it does waits until then. */
  offlineUntil: number | null;
  /** With the chat open, `read` comes without a `delivered` before it (`channels.md` A8). */
  chatOpen: boolean;
  /** Overrides of the emulator's own delays. */
  statusDelays: { readonly [Step in keyof StatusDelays]?: number | undefined };
  /** Stamp (epoch ms) of the last message that opens the window, by phone number id. */
  readonly lastWroteAt: Map<string, number>;
}

export type SentStatus = "accepted" | "sent" | "delivered" | "read" | "failed";

/** A message of the business that the emulator accepted. */
export interface SentMessage {
  readonly wamid: string;
  readonly phoneNumberId: string;
  /** `null` for an address that no customer has. */
  readonly customerId: string | null;
  /** Whether it was addressed by phone (`to`) or by BSUID (`recipient`). */
  readonly addressedBy: "phone" | "bsuid";
  readonly address: string;
  readonly type: string;
  /** The whole request as it came. */
  readonly body: Readonly<Record<string, unknown>>;
  /** `biz_opaque_callback_data`. */
  readonly reference: string | null;
  /** When the request came in, epoch ms. */
  readonly receivedAt: number;
  status: SentStatus;
  readonly statuses: { readonly status: SentStatus; readonly at: number }[];
  /** What Meta would accept but advises against. */
  readonly warnings: readonly string[];
}

/** One call of the Graph side, refused ones included. Never holds the token. */
export interface GraphCall {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly phoneNumberId: string;
  readonly customerId: string | null;
  readonly body: unknown;
  /** The HTTP status answered; `null` when the connection was cut or left hanging. */
  readonly httpStatus: number | null;
  readonly errorCode: number | null;
  /** Set when a message was accepted, answered or not. */
  readonly wamid: string | null;
}

/**
 * How far a customer's message got, as the ticks on their phone say: `waiting` for the network, `sent`,
 * `delivered` once the business's server answered the webhook, `read` when the business marked it so.
 */
export type WrittenStatus = "waiting" | "sent" | "delivered" | "read";

/** What a customer wrote or did. */
export interface WrittenMessage {
  readonly wamid: string;
  readonly customerId: string;
  readonly phoneNumberId: string;
  readonly spec: CustomerMessageSpec;
  /** Its stamp, or when it was written; epoch ms. */
  readonly at: number;
  status: WrittenStatus;
}

/** What somebody of the business wrote in its own WhatsApp app. */
export interface EchoMessage {
  readonly wamid: string;
  readonly phoneNumberId: string;
  readonly text: string;
  /** Epoch ms. */
  readonly at: number;
}

export type ChatEntry =
  | { readonly by: "customer"; readonly message: WrittenMessage }
  | { readonly by: "business"; readonly message: SentMessage }
  | { readonly by: "app"; readonly message: EchoMessage };

/** A file that customers send, or that the business uploaded. */
export interface MediaFile {
  /** Digits, as Meta's. */
  readonly id: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
  /** Base64, as webhooks carry it. */
  readonly sha256: string;
}

export interface State {
  readonly numbers: Map<string, BusinessNumber>;
  readonly customers: Map<string, Customer>;
  /** By phone (digits) and by BSUID. */
  readonly byAddress: Map<string, Customer>;
  /** By wamid, in the order of arrival. */
  readonly sent: Map<string, SentMessage>;
  /** The same by customer: a long run asks for each one's, and there are hundreds of thousands in all. */
  readonly sentTo: Map<string, SentMessage[]>;
  readonly received: Map<string, WrittenMessage>;
  /** By customer, what went to and fro in the order of arrival; the newest `historyLimit` of each. */
  readonly chats: Map<string, ChatEntry[]>;
  /** By customer, then by phone number id: until when the business is shown as typing, epoch ms. */
  readonly typing: Map<string, Map<string, number>>;
  /** By customer without network: keeps it from coming back at its time. */
  readonly networkReturns: Map<string, () => void>;
  /** By id, the oldest first. */
  readonly media: Map<string, MediaFile>;
  readonly calls: GraphCall[];
}

export function createState(numbers: Iterable<BusinessNumber>): State {
  return {
    numbers: new Map([...numbers].map((number) => [number.phoneNumberId, number])),
    customers: new Map(),
    byAddress: new Map(),
    sent: new Map(),
    sentTo: new Map(),
    received: new Map(),
    chats: new Map(),
    typing: new Map(),
    networkReturns: new Map(),
    media: new Map(),
    calls: [],
  };
}

/** Registers the customer under their addresses; `before` are those they had until now. */
export function indexCustomer(state: State, customer: Customer, before: Addresses = NONE): void {
  state.customers.set(customer.id, customer);
  for (const address of [before.phone, before.bsuid]) {
    if (address !== null && state.byAddress.get(address) === customer) {
      state.byAddress.delete(address);
    }
  }
  if (customer.bsuid !== null) state.byAddress.set(customer.bsuid, customer);
  if (customer.phone !== null) state.byAddress.set(customer.phone, customer);
}

type Addresses = Pick<Customer, "phone" | "bsuid">;
const NONE: Addresses = { phone: null, bsuid: null };

/** Keeps a message of the business, by its wamid and by whom it went to. */
export function rememberSent({ sent, sentTo }: State, message: SentMessage): void {
  sent.set(message.wamid, message);
  const { customerId } = message;
  if (customerId === null) return;
  const theirs = sentTo.get(customerId);
  if (theirs === undefined) sentTo.set(customerId, [message]);
  else theirs.push(message);
}
