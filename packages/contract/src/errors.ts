/**
 * Every error code that can cross a wire, with the HTTP status it travels under and the sentence a
 * person reads. Codes are stable: clients may switch on them, sentences may be reworded.
 */
export const ERRORS = {
  validation_failed: { status: 400, title: "The request is not valid." },
  malformed_json: { status: 400, title: "The body is not valid JSON." },
  idempotency_key_invalid: { status: 400, title: "The Idempotency-Key header is not valid." },
  cursor_invalid: { status: 400, title: "The cursor is not valid. Start again without it." },
  not_authenticated: { status: 401, title: "Log in or send an API token." },
  login_failed: { status: 401, title: "E-mail or password is wrong." },
  code_wrong: { status: 401, title: "The code is wrong or too old. Try the next one." },
  signature_invalid: { status: 401, title: "The signature does not match the body." },
  verify_token_wrong: { status: 403, title: "The verify token is not the one of this channel." },
  not_allowed: { status: 403, title: "Your role does not allow this." },
  origin_not_allowed: {
    status: 403,
    title: "This request came from another site. Use the server's own address (PUBLIC_URL).",
  },
  not_found: { status: 404, title: "There is nothing at this address." },
  session_not_found: { status: 404, title: "There is no such session." },
  contact_not_found: { status: 404, title: "There is no such contact." },
  channel_not_found: { status: 404, title: "There is no such channel." },
  member_not_found: { status: 404, title: "There is no such member." },
  team_not_found: { status: 404, title: "There is no such team." },
  message_not_found: { status: 404, title: "There is no such message in this session." },
  note_not_found: { status: 404, title: "There is no such note in this session." },
  tag_not_found: { status: 404, title: "There is no such tag." },
  category_not_found: { status: 404, title: "There is no such category." },
  quick_reply_not_found: { status: 404, title: "There is no such quick reply." },
  saved_view_not_found: { status: 404, title: "There is no such view of yours." },
  media_not_found: { status: 404, title: "This message has no file." },
  upload_not_found: {
    status: 404,
    title: "There is no such upload for this session. Upload the file again.",
  },
  rule_not_found: { status: 404, title: "There is no such assignment rule." },
  notification_not_found: { status: 404, title: "There is no such notification of yours." },
  push_subscription_not_found: { status: 404, title: "There is no such push subscription." },
  token_not_found: { status: 404, title: "There is no such API token." },
  invitation_invalid: {
    status: 404,
    title: "This invitation has been used, has expired or never existed. Ask for a new one.",
  },
  invitation_not_found: { status: 404, title: "This member has no open invitation." },
  reset_link_invalid: {
    status: 404,
    title: "This link has been used, has expired or never existed. Ask for a new one.",
  },
  setup_link_invalid: {
    status: 404,
    title:
      "This set-up link has been used or never existed. Restart the server to print a new one.",
  },
  method_not_allowed: { status: 405, title: "This address does not take that method." },
  already_taken: { status: 409, title: "Somebody else took this session first." },
  session_closed: { status: 409, title: "The session is closed. Reopen it first." },
  session_open: { status: 409, title: "The session is open already." },
  session_not_latest: { status: 409, title: "Only the contact's latest session can be reopened." },
  message_not_failed: {
    status: 409,
    title: "This message was not refused. Only what was refused can be sent again.",
  },
  message_not_unknown: {
    status: 409,
    title: "It is known what became of this message.",
  },
  no_wait_running: { status: 409, title: "The customer is not waiting for a reply." },
  customer_waiting: {
    status: 409,
    title: "The customer is waiting for a reply, so the session can't be snoozed.",
  },
  too_many_people: {
    status: 409,
    title: "A session takes 20 supporters and 100 followers. Remove somebody first.",
  },
  member_inactive: { status: 409, title: "This member is deactivated. Choose another." },
  channel_not_reached: {
    status: 409,
    title: "This member has no access to the session's channel. Choose another.",
  },
  channel_exists: { status: 409, title: "A channel for this number exists already." },
  contact_blocked: { status: 409, title: "This contact is blocked. Unblock them first." },
  tag_exists: { status: 409, title: "A tag with this name exists already." },
  tag_in_use: {
    status: 409,
    title: "Assignment rules ask for this tag. Change them first.",
  },
  category_exists: { status: 409, title: "A category with this name exists already." },
  quick_reply_exists: { status: 409, title: "A quick reply with this shortcut exists already." },
  too_many_views: { status: 409, title: "You have 50 views already. Delete one first." },
  views_changed: {
    status: 409,
    title: "These are not all of your views: they changed meanwhile. Load them again.",
  },
  catalogue_full: { status: 409, title: "There are 1,000 already. Delete one first." },
  closing_incomplete: {
    status: 409,
    title: "Something is missing to close the session: `missing` says what.",
  },
  nothing_to_review: { status: 409, title: "This session is not marked for review." },
  team_name_taken: { status: 409, title: "A team with this name exists already." },
  team_in_use: {
    status: 409,
    title: "Assignment rules give sessions to this team. Change them first.",
  },
  team_full: { status: 409, title: "The team has as many members as a team can have." },
  too_many_rules: { status: 409, title: "There are 1,000 rules already. Delete one first." },
  too_many_tokens: { status: 409, title: "There are 100 API tokens already. Revoke one first." },
  too_many_teams: { status: 409, title: "There are as many teams as there can be. Delete one." },
  last_admin: {
    status: 409,
    title: "This is the last active admin. Make somebody else an admin first.",
  },
  not_yourself: { status: 409, title: "Nobody deactivates themself. Ask another admin." },
  invitation_accepted: {
    status: 409,
    title: "This member has a login already. Make them a password reset instead.",
  },
  no_login: { status: 409, title: "This member has no login yet. Invite them again instead." },
  email_taken: { status: 409, title: "A member with this e-mail exists already." },
  idempotency_key_reused: {
    status: 409,
    title: "This Idempotency-Key was used for a different request. Use a new key.",
  },
  settings_conflict: {
    status: 409,
    title: "Somebody else saved these settings meanwhile. Load them again.",
  },
  rules_changed: {
    status: 409,
    title: "These are not all of the rules: somebody changed them meanwhile. Load them again.",
  },
  window_closed: {
    status: 409,
    title: "The channel's messaging window is closed. Send a template instead.",
  },
  templates_not_configured: {
    status: 409,
    title: "This channel doesn't say whose templates it may send.",
  },
  media_gone: { status: 410, title: "The provider keeps this file no longer." },
  body_too_large: { status: 413, title: "The body is larger than this address takes." },
  unsupported_media_type: { status: 415, title: "Send JSON (Content-Type: application/json)." },
  media_type_not_taken: { status: 415, title: "The channel takes no files of this type." },
  media_too_large: { status: 422, title: "The file is larger than the channel takes." },
  message_too_long: { status: 422, title: "The message is longer than the channel takes." },
  settings_invalid: { status: 422, title: "These settings contradict each other." },
  push_endpoint_refused: {
    status: 422,
    title: "This push service is not known. An operator can allow it (PUSH_ALLOWED_HOSTS).",
  },
  too_many_requests: { status: 429, title: "Too many requests. Wait and try again." },
  media_unavailable: {
    status: 502,
    title: "The provider did not give or take the file. Try again shortly.",
  },
  templates_unavailable: {
    status: 502,
    title: "The provider did not list the templates. Try again shortly.",
  },
  internal: { status: 500, title: "Something went wrong on our side. It was logged." },
  unavailable: { status: 503, title: "The server can't do this right now. Try again shortly." },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** An expected failure. Thrown by actions, translated once at the edge into a problem document. */
export class PunctualError extends Error {
  readonly code: ErrorCode;
  /** What is particular to this occurrence, for people. Never a secret, never message text. */
  readonly detail: string | undefined;
  /** Extra members of the problem document, such as `errors` of a validation. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail?: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(detail ?? ERRORS[code].title);
    this.name = "PunctualError";
    this.code = code;
    this.detail = detail;
    this.extra = extra;
  }
}

/** An RFC 9457 problem document. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

/** The problem document of an error. `type` is a URI reference into the API's own documentation. */
export function problemOf(error: PunctualError): Problem {
  const { status, title } = ERRORS[error.code];
  return {
    type: `/api/docs/errors#${error.code}`,
    title,
    status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...error.extra,
  };
}
