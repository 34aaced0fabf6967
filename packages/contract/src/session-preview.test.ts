import { describe, expect, test } from "vitest";
import type { MessageContent } from "./message.ts";
import { fillQuickReply, quickReplyProblems } from "./quick-reply-text.ts";
import { PREVIEW_LENGTH, previewOf } from "./session-preview.ts";

const ID = "01a2b3c4-d5e6-7f80-9a1b-2c3d4e5f6a7b";

function preview(content: MessageContent, more: object = {}) {
  const sentAt = "2026-03-01T09:30:00.000Z";
  const message = { id: ID, kind: "inbound", authorId: null, content, sentAt } as const;
  return previewOf({ ...message, delivery: null, deletedAt: null, ...more });
}

describe("a preview", () => {
  test.each<[MessageContent, string]>([
    [{ type: "text", text: " Hello,\n\nworld " }, "Hello, world"],
    [{ type: "image", caption: "My parcel" }, "My parcel"],
    [{ type: "document", fileName: "bill.pdf" }, "bill.pdf"],
    [{ type: "voice" }, ""],
    [{ type: "location", latitude: 1, longitude: 2, address: "Main Street 1" }, "Main Street 1"],
    [
      {
        type: "contacts",
        contacts: [
          { name: "Eva", phones: [] },
          { name: "Kim", phones: [] },
        ],
      },
      "Eva, Kim",
    ],
    [{ type: "choice", text: "Yes", id: "y" }, "Yes"],
    [{ type: "template", name: "order_update", language: "en" }, "order_update"],
  ])("of %o says %j", (content, text) => {
    expect(preview(content)).toMatchObject({ contentType: content.type, text, deleted: false });
  });

  test("is short, and cuts no character in half", () => {
    const text = preview({ type: "text", text: "👋".repeat(300) })?.text ?? "";
    expect([...text]).toHaveLength(PREVIEW_LENGTH);
    expect(text).toMatch(/^👋+…$/u);
  });

  test("is none of what no person wrote, and without words of what was deleted", () => {
    const content = { type: "text", text: "Bye" } as const;
    expect(preview(content, { kind: "automatic" })).toBeNull();
    const deleted = preview(content, { deletedAt: "2026-03-01T09:31:00.000Z" });
    expect(deleted).toMatchObject({ text: "", deleted: true });
  });
});

describe("a quick reply", () => {
  test("greets by name, or neutrally where none is known", () => {
    const text = "Hi {{contact.firstName}} ({{ contact.name }}), this is {{agent.name}}.";
    const eva = { contactName: "Eva María", agentName: "Bảo" };
    expect(fillQuickReply(text, eva)).toBe("Hi Eva (Eva María), this is Bảo.");
    const nobody = { contactName: " ", agentName: null };
    expect(fillQuickReply(text, nobody)).toBe("Hi there (there), this is our team.");
  });

  test("lets no braces through, whatever somebody calls themself", () => {
    const variables = { contactName: "{{agent.name}}", agentName: "Bo" };
    expect(fillQuickReply("Hi {{contact.name}}{{", variables)).toBe("Hi agent.name");
  });

  test("says which variable there isn't, and which isn't closed", () => {
    expect(quickReplyProblems("Hi {{contact.name}}")).toEqual([]);
    expect(quickReplyProblems("Hi {{contact.age}} {{")).toEqual([
      "{{contact.age}} is not a variable of a quick reply: use {{contact.name}}, {{contact.firstName}}, {{agent.name}}.",
      "A variable is not written out: it begins with {{ and ends with }}.",
    ]);
  });
});
