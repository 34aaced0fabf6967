import type { BusinessFacts } from "../../store/read-diagnosis.ts";
import { plural } from "../plural.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** Whether a business has what it takes for a customer to get an answer. */
export function checkBusiness({
  name,
  channels,
  rules,
  members,
  online,
}: BusinessFacts): readonly Finding[] {
  const findings: Finding[] = [];
  if (channels === 0) {
    const fix = "Connect one: punctual channel add whatsapp --help";
    findings.push(warning(name, "No channel is connected: nobody can write to it.", fix));
  }
  if (rules === 0) {
    const fix =
      "Create one with POST /api/v1/assignment-rules (step 5 of the README), or import settings.";
    findings.push(warning(name, "No assignment rule is on: sessions are given to nobody.", fix));
  }
  if (members === 0) {
    const fix = "Add somebody: punctual member add --help";
    return [...findings, warning(name, "It has no members.", fix)];
  }
  return [...findings, ok(name, `${plural(members, "member")}, ${online} of them online.`)];
}

/** What is said while the server has no business at all. */
export const NO_BUSINESS: Finding = warning(
  "business",
  "There is none yet.",
  "Open the set-up link that the server prints, or: punctual account create --help",
);
