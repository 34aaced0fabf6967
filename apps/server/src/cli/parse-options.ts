import { Email, PersonName } from "@punctual/contract";
import { InvalidArgumentError } from "commander";
import type { z } from "zod";

/** A name of a person or business as the API takes it. */
export function parseName(text: string): string {
  return parseWith(PersonName, text, "Give 1 to 200 characters.");
}

export function parseEmail(text: string): string {
  return parseWith(Email, text, "Give an e-mail address such as anna@shop.example.");
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("Give a whole number from 1.");
  return Number(text);
}

function parseWith<T>(schema: z.ZodType<T>, text: string, sentence: string): T {
  const parsed = schema.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(sentence);
  return parsed.data;
}
