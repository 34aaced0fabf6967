import { z } from "zod";

/*
 * What Meta's pages say about each type of message to a customer (`channels.md` A10). Objects are
 * strict: Meta refuses a key it doesn't know with code 100.
 */

const Url = z.url({ protocol: /^https?$/ });

const Media = z
  .strictObject({ id: z.string().min(1).optional(), link: Url.optional() })
  .refine(hasOneSource, { message: "One of id and link is required." });
const CaptionedMedia = z
  .strictObject({
    id: z.string().min(1).optional(),
    link: Url.optional(),
    caption: z.string().max(1_024).optional(),
  })
  .refine(hasOneSource, { message: "One of id and link is required." });

function hasOneSource(media: { id?: string | undefined; link?: string | undefined }): boolean {
  return (media.id === undefined) !== (media.link === undefined);
}

const Header = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string().min(1).max(60) }),
  z.strictObject({ type: z.literal("image"), image: Media }),
  z.strictObject({ type: z.literal("video"), video: Media }),
  z.strictObject({ type: z.literal("document"), document: z.looseObject({}) }),
]);
const Footer = z.strictObject({ text: z.string().min(1).max(60) });
const bodyOf = (max: number) => z.strictObject({ text: z.string().min(1).max(max) });

const ReplyButton = z.strictObject({
  type: z.literal("reply"),
  reply: z.strictObject({ id: z.string().min(1).max(256), title: z.string().min(1).max(20) }),
});
const ButtonsInteractive = z.strictObject({
  type: z.literal("button"),
  header: Header.optional(),
  body: bodyOf(1_024),
  footer: Footer.optional(),
  action: z.strictObject({
    buttons: z
      .array(ReplyButton)
      .min(1)
      .max(3)
      .refine((buttons) => areUnique(buttons.map((button) => button.reply.title)), {
        message: "Button titles must be unique.",
      }),
  }),
});

const ListRow = z.strictObject({
  id: z.string().min(1).max(200),
  title: z.string().min(1).max(24),
  description: z.string().max(72).optional(),
});
const ListSection = z.strictObject({
  title: z.string().max(24).optional(),
  rows: z.array(ListRow).min(1).max(10),
});
const ListInteractive = z.strictObject({
  type: z.literal("list"),
  header: z.strictObject({ type: z.literal("text"), text: z.string().min(1).max(60) }).optional(),
  body: bodyOf(4_096),
  footer: Footer.optional(),
  action: z.strictObject({
    button: z.string().min(1).max(20),
    sections: z
      .array(ListSection)
      .min(1)
      .max(10)
      .refine((sections) => sections.flatMap((section) => section.rows).length <= 10, {
        message: "A list holds at most 10 rows over all its sections.",
      })
      .refine((sections) => sections.length === 1 || sections.every((section) => section.title), {
        message: "With more than one section, each needs a title.",
      }),
  }),
});

const LinkInteractive = z.strictObject({
  type: z.literal("cta_url"),
  header: Header.optional(),
  body: bodyOf(1_024),
  footer: Footer.optional(),
  action: z.strictObject({
    name: z.literal("cta_url"),
    parameters: z.strictObject({ display_text: z.string().min(1).max(20), url: Url }),
  }),
});

function areUnique(titles: readonly string[]): boolean {
  return new Set(titles).size === titles.length;
}

const Named = { parameter_name: z.string().optional() };
const TemplateParameter = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string().min(1), ...Named }),
  z.strictObject({
    type: z.literal("currency"),
    currency: z.strictObject({
      fallback_value: z.string(),
      code: z.string().length(3),
      amount_1000: z.number().int(),
    }),
    ...Named,
  }),
  z.strictObject({
    type: z.literal("date_time"),
    date_time: z.looseObject({ fallback_value: z.string() }),
    ...Named,
  }),
  z.strictObject({ type: z.literal("image"), image: Media }),
  z.strictObject({ type: z.literal("video"), video: Media }),
  z.strictObject({ type: z.literal("document"), document: z.looseObject({}) }),
  z.strictObject({ type: z.literal("location"), location: z.looseObject({}) }),
  z.strictObject({ type: z.literal("payload"), payload: z.string() }),
  z.strictObject({ type: z.literal("coupon_code"), coupon_code: z.string() }),
  z.strictObject({ type: z.literal("action"), action: z.looseObject({}) }),
]);
export const TemplateContent = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.looseObject({ code: z.string().regex(/^[a-z]{2,3}(_[A-Za-z]{2,4})?$/) }),
  components: z
    .array(
      z.discriminatedUnion("type", [
        z.strictObject({ type: z.literal("header"), parameters: z.array(TemplateParameter) }),
        z.strictObject({
          type: z.literal("body"),
          parameters: z.array(TemplateParameter).optional(),
        }),
        z.strictObject({
          type: z.literal("button"),
          sub_type: z.string().min(1),
          index: z.union([z.string().regex(/^\d$/), z.number().int().min(0).max(9)]),
          parameters: z.array(TemplateParameter).optional(),
        }),
        z.looseObject({ type: z.literal("carousel") }),
        z.looseObject({ type: z.literal("limited_time_offer") }),
      ]),
    )
    .optional(),
});
export type TemplateContent = z.infer<typeof TemplateContent>;

/** The schema of the member that is named as the message's type. */
export const MESSAGE_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  text: z.strictObject({
    body: z.string().min(1).max(4_096),
    preview_url: z.boolean().optional(),
  }),
  image: CaptionedMedia,
  video: CaptionedMedia,
  audio: z
    .strictObject({
      id: z.string().min(1).optional(),
      link: Url.optional(),
      voice: z.boolean().optional(),
    })
    .refine(hasOneSource, { message: "One of id and link is required." }),
  document: z
    .strictObject({
      id: z.string().min(1).optional(),
      link: Url.optional(),
      caption: z.string().max(1_024).optional(),
      filename: z.string().optional(),
    })
    .refine(hasOneSource, { message: "One of id and link is required." }),
  sticker: Media,
  location: z.strictObject({
    latitude: z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]),
    longitude: z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]),
    name: z.string().optional(),
    address: z.string().optional(),
  }),
  contacts: z
    .array(z.looseObject({ name: z.looseObject({ formatted_name: z.string().min(1) }) }))
    .min(1),
  reaction: z.strictObject({ message_id: z.string().min(1), emoji: z.string() }),
  template: TemplateContent,
};

/** The schema of `interactive`, by its own type. `null`: taken without a closer look. */
export const INTERACTIVE_SCHEMAS: Readonly<Record<string, z.ZodType | null>> = {
  button: ButtonsInteractive,
  list: ListInteractive,
  cta_url: LinkInteractive,
  flow: null,
  location_request_message: null,
  catalog_message: null,
  product: null,
  product_list: null,
  carousel: null,
  address_message: null,
  request_contact_info: null,
};
