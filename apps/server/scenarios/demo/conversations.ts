/** What is said in the demo, now and in the days before. */
import type { CustomerKey, NumberKey } from "./people.ts";

/** What the customer writes, and what whoever is responsible answers. */
export type Turn = readonly [customer: string, answer: string];

export interface Conversation {
  readonly customer: CustomerKey;
  readonly number: NumberKey;
  readonly turns: readonly Turn[];
}

/** Each customer has these again and again, in this order, one beginning after the other's close. */
export const CONVERSATIONS: readonly Conversation[] = [
  {
    customer: "linh",
    number: "support",
    turns: [
      [
        "Chào shop, đơn hàng #4521 của em đến đâu rồi ạ?",
        "Chào chị, đơn đang giao, chiều nay tới ạ.",
      ],
      ["Dạ, em cảm ơn shop!", "Không có gì ạ. Chúc chị một ngày vui!"],
    ],
  },
  {
    customer: "linh",
    number: "support",
    turns: [
      [
        "Shop ơi, em muốn đổi địa chỉ nhận hàng được không?",
        "Được ạ, chị gửi địa chỉ mới giúp em nhé.",
      ],
    ],
  },
  {
    customer: "james",
    number: "support",
    turns: [
      [
        "Hi, the lamp I received is broken. What can I do?",
        "I'm sorry about that! We send you a new one today.",
      ],
    ],
  },
  {
    customer: "james",
    number: "sales",
    turns: [["Do you deliver to Manchester?", "Yes, within three days, free of charge from £50."]],
  },
  {
    customer: "anna",
    number: "support",
    turns: [
      ["Hello! Where is my order 4518?", "Good morning! It left our warehouse yesterday evening."],
      ["And when will it be here?", "Tomorrow between 9 and 12. The courier will ring you before."],
    ],
  },
  {
    customer: "quang",
    number: "sales",
    turns: [
      ["Bàn gỗ sồi 1m6 còn hàng không shop?", "Dạ còn 3 chiếc ạ. Anh muốn giao về đâu?"],
      ["Giao về quận 7 giúp mình.", "Dạ, phí giao 150.000đ, mai có hàng ạ."],
    ],
  },
  {
    customer: "mai",
    number: "sales",
    turns: [
      [
        "Cho mình hỏi giá bộ chăn ga cotton với ạ",
        "Dạ 890.000đ một bộ, đang giảm 15 % đến Chủ nhật ạ.",
      ],
    ],
  },
  {
    customer: "fatima",
    number: "support",
    turns: [
      ["مرحبا، متى يصل طلبي رقم 4530؟", "Hello Fatima! Order 4530 arrives on Thursday, الخميس."],
    ],
  },
];

/** How the first conversation of each customer begins once the demo runs. */
export const OPENINGS: Readonly<
  Record<CustomerKey, { readonly afterMs: number; readonly sentMsAgo: number }>
> = {
  // These two wait long before anybody sees them: whoever leaves them is late soon.
  linh: { afterMs: 0, sentMsAgo: 55_000 },
  james: { afterMs: 500, sentMsAgo: 52_000 },
  anna: { afterMs: 1_000, sentMsAgo: 30_000 },
  quang: { afterMs: 2_000, sentMsAgo: 0 },
  mai: { afterMs: 15_000, sentMsAgo: 0 },
  fatima: { afterMs: 35_000, sentMsAgo: 0 },
};

/** A conversation of an earlier day. */
export interface PastConversation extends Conversation {
  readonly daysAgo: number;
  /** Of that day, where the demo runs. */
  readonly at: `${number}:${number}`;
  readonly answeredAfterMinutes: number;
  /** What a person leaves when they close it; left out: the clock closes it. */
  readonly closed?: { readonly reason: string; readonly tags: readonly string[] };
  readonly note?: string;
}

export const TAGS = [
  { name: "Order", colour: "#1f6feb" },
  { name: "Complaint", colour: "#cf222e" },
  { name: "VIP", colour: "#9a6700" },
] as const;
/** What agents insert with "/". */
export const QUICK_REPLIES = [
  {
    shortcut: "hello",
    text: "Hello {{contact.firstName}}, this is {{agent.name}}. How can I help?",
  },
  { shortcut: "delivery", text: "We deliver within three days, free of charge from £50." },
  { shortcut: "return", text: "You may return it within 30 days. We pay the way back." },
  { shortcut: "chao", text: "Dạ em chào {{contact.firstName}}, em có thể giúp gì ạ?" },
] as const;
export const CATEGORIES = ["Delivery", "Product question", "Return"] as const;

export const PAST: readonly PastConversation[] = [
  past(
    3,
    "09:05",
    "anna",
    "support",
    4,
    ["Do you have the lamp in black, too?", "Yes, in black and in brass."],
    {
      closed: { reason: "Answered", tags: [] },
    },
  ),
  past(3, "09:40", "quang", "sales", 6, [
    "Shop có giao hàng ra Đà Nẵng không?",
    "Dạ có ạ, khoảng 3 ngày.",
  ]),
  past(
    3,
    "15:20",
    "linh",
    "support",
    3,
    ["Em đặt nhầm màu, đổi được không ạ?", "Được ạ, em đổi giúp chị rồi nhé."],
    {
      note: "Đổi từ be sang xanh, đơn #4521.",
      closed: { reason: "Đã đổi màu", tags: ["Order"] },
    },
  ),
  past(2, "08:30", "james", "sales", 12, ["Is the oak table still 399?", "It is, until Sunday."]),
  past(2, "10:15", "mai", "sales", 2, ["Chăn ga có size 1m8 không shop?", "Dạ có đủ size ạ."]),
  past(
    2,
    "10:50",
    "fatima",
    "support",
    22,
    ["هل يمكنني إرجاع الكرسي؟", "Of course: you have 30 days. نعم."],
    {
      closed: { reason: "Return agreed", tags: ["Complaint"] },
    },
  ),
  past(
    1,
    "09:12",
    "anna",
    "support",
    3,
    ["I'd like to order two of them.", "With pleasure! The order number is 4518."],
    {
      closed: { reason: "Ordered", tags: ["Order", "VIP"] },
    },
  ),
  past(1, "11:45", "quang", "sales", 5, [
    "Bàn này có mấy màu vậy?",
    "Dạ màu sồi, óc chó và trắng ạ.",
  ]),
  past(1, "14:02", "linh", "support", 8, [
    "Em chưa nhận được mã vận đơn",
    "Dạ mã của chị là VN88213 ạ.",
  ]),
  past(1, "16:30", "james", "support", 4, [
    "Can I pick it up myself?",
    "Yes, Monday to Saturday from 9 to 18.",
  ]),
];

function past(
  daysAgo: number,
  at: PastConversation["at"],
  customer: CustomerKey,
  number: NumberKey,
  answeredAfterMinutes: number,
  turn: Turn,
  rest: Pick<PastConversation, "closed" | "note"> = {},
): PastConversation {
  return { daysAgo, at, customer, number, answeredAfterMinutes, turns: [turn], ...rest };
}

/** What an agent answers to somebody whom nobody has prepared anything for. */
export function spontaneousAnswer(phone: string): string {
  return phone.startsWith("84")
    ? "Dạ em chào anh/chị, anh/chị chờ em một chút nhé."
    : "Thank you for your message! Give me a moment, please.";
}
