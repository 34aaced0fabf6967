import { recordChat } from "../chat/record-chat.ts";
import { sampleFile } from "../chat/sample-file.ts";
import { storeMedia } from "../chat/store-media.ts";
import {
  type BusinessNumber,
  type Customer,
  indexCustomer,
  type MediaFile,
  type WrittenMessage,
} from "../state.ts";
import { newWamid } from "../wamid.ts";
import { customerUpdate } from "../webhooks/customer-update.ts";
import { newUpdate, type Update } from "../webhooks/update.ts";
import type { World } from "../world.ts";
import { ControlError } from "./control-error.ts";
import type { CustomerMessageSpec } from "./customer-message-input.ts";

/**
 * Lets a customer do something in WhatsApp. It waits on their phone: `sendWritten` lets it out.
 *
 * @throws ControlError 404 for a file that isn't there.
 */
export function writeMessage(
  world: World,
  number: BusinessNumber,
  customer: Customer,
  spec: CustomerMessageSpec,
): WrittenMessage {
  const mediaId = mediaIdOf(spec);
  if (mediaId !== null && !world.state.media.has(mediaId)) {
    throw new ControlError(404, `There is no file ${mediaId}. Store it with POST /media first.`);
  }
  const message: WrittenMessage = {
    wamid: spec.id ?? newWamid("customer", customer.phone ?? customer.bsuid ?? customer.id),
    customerId: customer.id,
    phoneNumberId: number.phoneNumberId,
    spec,
    at: spec.timestamp === null ? world.now() : spec.timestamp * 1_000,
    status: "waiting",
  };
  // The same message again is a duplicate on the wire, and one bubble on the phone.
  const isNew = !world.state.received.has(message.wamid);
  world.state.received.set(message.wamid, message);
  if (isNew) recordChat(world, customer.id, { by: "customer", message });
  return message;
}

/**
 * Lets what a customer wrote leave their phone: stamps it unless it has a stamp of its own, and opens the
 * 24-hour window, unless it is a reaction or a notice of WhatsApp itself.
 *
 * @returns what the business is told; the caller emits it.
 */
export function sendWritten(world: World, message: WrittenMessage): Update[] {
  const { spec, wamid, phoneNumberId } = message;
  const customer = world.state.customers.get(message.customerId);
  const number = world.state.numbers.get(phoneNumberId);
  if (customer === undefined || number === undefined) return [];
  const stamp = spec.timestamp ?? Math.floor(world.now() / 1_000);
  const media = fileOf(world, spec);
  message.status = "sent";
  const update = customerUpdate(number, customer, spec, { wamid, stamp, media });
  if (opensWindow(spec)) {
    const before = customer.lastWroteAt.get(phoneNumberId) ?? 0;
    customer.lastWroteAt.set(phoneNumberId, Math.max(before, stamp * 1_000));
  }
  return [update, ...changeIdentity(world, number, customer, spec, stamp)];
}

/** What WhatsApp calls the files of each type of message that has one. */
const MIME_TYPES = {
  image: "image/jpeg",
  video: "video/mp4",
  audio: "audio/mpeg",
  voice: "audio/ogg; codecs=opus",
  sticker: "image/webp",
} as const;

/** The file that a message names, or a small one in its place; `null` for types without files. */
function fileOf({ state }: World, spec: CustomerMessageSpec): MediaFile | null {
  if (!("mediaId" in spec)) return null;
  const named = state.media.get(spec.mediaId ?? "");
  if (named !== undefined) return named;
  const mimeType = spec.type === "document" ? spec.mimeType : MIME_TYPES[spec.type];
  return storeMedia(state, mimeType, sampleFile(mimeType));
}

function mediaIdOf(spec: CustomerMessageSpec): string | null {
  return "mediaId" in spec ? spec.mediaId : null;
}

/**
 * Whether a reaction counts is not documented; the stricter reading is taken (`channels.md` A13).
 */
function opensWindow({ type }: CustomerMessageSpec): boolean {
  return type !== "reaction" && type !== "numberChange" && type !== "userIdChange";
}

/** Gives the customer their new address; a new BSUID is told in a field of its own as well. */
function changeIdentity(
  world: World,
  number: BusinessNumber,
  customer: Customer,
  spec: CustomerMessageSpec,
  stamp: number,
): Update[] {
  const { phone, bsuid } = customer;
  if (spec.type === "numberChange") {
    customer.phone = spec.newPhone.replace(/\D/g, "");
    indexCustomer(world.state, customer, { phone, bsuid });
  }
  if (spec.type !== "userIdChange") return [];
  customer.bsuid = spec.newBsuid;
  indexCustomer(world.state, customer, { phone, bsuid });
  const subject = {
    kind: "other",
    field: "user_id_update",
    customerId: customer.id,
    messageId: null,
    status: null,
  } as const;
  const change = {
    ...(phone === null || customer.hidesPhone ? {} : { wa_id: phone }),
    detail: "The user's id changed.",
    user_id: { ...(bsuid === null ? {} : { previous: bsuid }), current: spec.newBsuid },
    timestamp: String(stamp),
  };
  return [newUpdate(number, subject, { user_id_update: [change] })];
}
