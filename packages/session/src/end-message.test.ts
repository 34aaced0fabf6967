import { describe, expect, test } from "vitest";
import { endMessageProblems, renderEndMessage } from "./index.ts";

const KNOWN = { contactName: "Thảo Nguyễn", agentName: "Lan", businessName: "Chè Bốn Mùa" };
const UNKNOWN = { contactName: null, agentName: null, businessName: null };

describe("an end-of-session message", () => {
  test("names the customer, the agent and the business", () => {
    const template = "Hi {{contact.name}}, {{agent.name}} of {{business.name}} says bye.";
    expect(renderEndMessage(template, KNOWN)).toBe("Hi Thảo Nguyễn, Lan of Chè Bốn Mùa says bye.");
  });

  test("calls the customer by the first name, or by the first word of the name", () => {
    expect(renderEndMessage("Hi {{contact.firstName}}", KNOWN)).toBe("Hi Thảo");
    const named = { ...KNOWN, contactFirstName: "Bé" };
    expect(renderEndMessage("Hi {{ contact.firstName }}", named)).toBe("Hi Bé");
  });

  test("says something neutral about what is not known", () => {
    const template = "Hi {{contact.firstName}} {{contact.name}}! {{agent.name}}, {{business.name}}";
    expect(renderEndMessage(template, UNKNOWN)).toBe("Hi there there! our team, our team");
    expect(renderEndMessage("Hi {{contact.name}}", { ...UNKNOWN, contactName: "  " })).toBe(
      "Hi there",
    );
  });

  test("never shows braces, whatever the template or a name contains", () => {
    expect(renderEndMessage("Hi {{contact.nmae}}bye {{contact.name", KNOWN)).toBe(
      "Hi bye contact.name",
    );
    const odd = { ...KNOWN, contactName: "{{agent.name}}" };
    expect(renderEndMessage("Hi {{contact.name}}", odd)).toBe("Hi agent.name");
  });

  test("is trimmed", () => {
    expect(renderEndMessage("  Bye \n", KNOWN)).toBe("Bye");
  });
});

describe("an end-of-session message that is saved", () => {
  test("is fine with the variables there are, or without any", () => {
    expect(endMessageProblems("Bye")).toEqual([]);
    expect(endMessageProblems("{{ contact.name }} {{contact.firstName}} {{agent.name}}")).toEqual(
      [],
    );
  });

  test("is refused with a variable that doesn't exist, once for each", () => {
    const problems = endMessageProblems("{{contact.nmae}} {{contact.nmae}} {{order.id}}");
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain("{{contact.nmae}} is not a variable");
    expect(problems[0]).toContain("{{contact.firstName}}");
  });

  test("is refused with a variable that is not closed", () => {
    expect(endMessageProblems("Hi {{contact.name")).toHaveLength(1);
    expect(endMessageProblems("Hi contact.name}}")).toHaveLength(1);
  });
});
