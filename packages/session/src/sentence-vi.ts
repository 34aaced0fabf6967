/** The sentences of `sentence.ts` in Vietnamese: the same reasons, the same numbers. */
import type { Act, ActKind } from "./effect.ts";
import type { Explanation, FiredDeadline } from "./explanation.ts";
import type { MemberId, Ms, SettingsVersions } from "./facts.ts";
import type { Names } from "./sentence.ts";

/** Says in Vietnamese what happened and why (clock.md §7). */
export function vietnameseSentenceOf(act: Act, names: Names): string {
  return SENTENCES[act.kind]({ act, why: act.explanation, names });
}

interface Told {
  readonly act: Act;
  readonly why: Explanation;
  readonly names: Names;
}

const SENTENCES: Readonly<Record<ActKind, (told: Told) => string>> = {
  opened: (told) => `Mở bởi ${messageOf(told)} lúc ${atOf(told)}.`,
  waitStarted: (told) => `Khách chờ trả lời từ ${startOf(told)}.`,
  waitRestored: (told) => `Rốt cuộc khách vẫn cần được trả lời, từ ${startOf(told)}.`,
  answered: (told) => `${writerOf(told)} sau ${duration(told.why.lengthMs ?? 0)}.`,
  dismissed: (told) =>
    `${whoOf(told)} cho biết không cần trả lời, sau ${duration(told.why.lengthMs ?? 0)}.`,
  assigned: assignedSentence,
  unassigned: unassignedSentence,
  queued: queuedSentence,
  waitingForAgent: (told) =>
    `Lúc này không ai khác nhận được, nên phiên ở lại và chờ nhân viên${since(told, "đổi người")}.`,
  exhausted: exhaustedSentence,
  warned: (told) =>
    `Đã cảnh báo ${memberOr(told, told.why.to, "các giám sát viên")} lúc ${atOf(told)}` +
    `${since(told, "hạn trả lời")}. Hạn trả lời là ${timeOr(told, told.why.dueAt)}.`,
  overdue: (told) =>
    `Quá hạn lúc ${atOf(told)}${since(told, "hạn trả lời")}. ` +
    `Người phụ trách: ${memberOr(told, told.why.to, "không ai")}.`,
  breachRecorded: (told) => `Trả lời quá muộn${since(told, "hạn trả lời")}.`,
  breachWithdrawn: (told) => `Không còn tính là quá hạn: ${disproofOf(told)}.`,
  snoozed: (told) => `${whoOf(told)} tạm hoãn đến ${timeOr(told, told.why.dueAt)}.`,
  woken: wokenSentence,
  closed: closedSentence,
  reopened: reopenedSentence,
  sendFailed: ({ why }) => `Một tin nhắn gửi khách bị từ chối${inBrackets(why.reason)}.`,
  sendUnknown: () => "Không rõ một tin nhắn đã đến khách hay chưa.",
  sendSettled: (told) =>
    `${whoOf(told)} cho biết tin nhắn ${told.why.arrived === true ? "đã" : "không"} đến khách.`,
  settingsApplied: ({ why }) => `Từ giờ áp dụng cài đặt khác (${versionsOf(why.settings)}).`,
  held: () => "Tạm giữ sau sự cố, cho đến khi nhà cung cấp bắt kịp.",
  merged: () => "Đã nhập một phiên khác của cùng khách này.",
  transferred: (told) =>
    told.why.team === undefined
      ? `${whoOf(told)} trả về hàng chờ.`
      : `${whoOf(told)} chuyển cho nhóm ${told.why.team.name}.`,
  supporterAdded: (told) => `${whoOf(told)} mời ${memberOr(told, told.why.to, "ai đó")} hỗ trợ.`,
  supporterRemoved: supporterRemovedSentence,
  tagged: taggedSentence,
  categorised: (told) =>
    told.why.category === null || told.why.category === undefined
      ? `${whoOf(told)} bỏ phân loại.`
      : `${whoOf(told)} chọn phân loại ${told.why.category.name}.`,
  contactBlocked: (told) =>
    `${whoOf(told)} chặn khách${told.why.reason === undefined ? "" : `: ${told.why.reason}`}.`,
  contactUnblocked: (told) => `${whoOf(told)} bỏ chặn khách.`,
  reviewed: (told) => `${whoOf(told)} đã xem lại.`,
};

function assignedSentence(told: Told): string {
  const { why, names } = told;
  const { by, from = null, to = null } = why;
  const member = memberOr(told, to, "không ai");
  const moved =
    from === null ? `Giao cho ${member}` : `Chuyển từ ${names.member(from)} sang ${member}`;
  const chosen = why.routed?.candidates.find(({ memberId }) => memberId === to);
  const verdict = chosen === undefined ? undefined : verdictOf(chosen.verdict);
  if (by.type === "member") {
    if (by.memberId === to && chosen === undefined) return `${member} đã nhận.`;
    return `${names.member(by.memberId)} thực hiện: ${lowerFirst(moved)}${inBrackets(verdict)}.`;
  }
  const reasons = [
    ...(from === null || why.reason === undefined
      ? []
      : [`${names.member(from)} ${why.reason === "offline" ? "ngoại tuyến" : "bị vô hiệu hóa"}`]),
    ...(verdict === undefined ? [] : [verdict]),
  ].join(", ");
  if (why.deadline === undefined) return `${moved}${reasons === "" ? "" : `: ${reasons}`}.`;
  const tries =
    why.tries === undefined || why.maxTries === undefined
      ? ""
      : `, lần ${why.tries} trên ${why.maxTries}`;
  return `${moved}${inBrackets(reasons)} lúc ${atOf(told)}${since(told, "đổi người")}${tries}.`;
}

function unassignedSentence(told: Told): string {
  const { why } = told;
  const member = memberOr(told, why.from, "không ai");
  if (why.by.type === "member") return `${whoOf(told)} bỏ phân công ${member}.`;
  if (why.reason === "deactivated") return `Bỏ phân công vì ${member} bị vô hiệu hóa.`;
  return `Lấy lại từ ${member} và đưa vào hàng chờ chưa phân công.`;
}

/** Names beyond are only counted; the reason as data has all of them. */
const MOST_NAMED = 5;

function queuedSentence({ why, names }: Told): string {
  const { ruleName = null, teamId, candidates = [] } = why.routed ?? {};
  if (ruleName === null && teamId === undefined) return "Vào hàng chờ: không quy tắc nào khớp.";
  if (candidates.length === 0) return "Vào hàng chờ: không ai được chỉ định nhận.";
  const named = candidates
    .slice(0, MOST_NAMED)
    .map(({ memberId, verdict }) => `${names.member(memberId)} (${verdictOf(verdict)})`);
  const others = candidates.length - named.length;
  if (others > 0) named.push(`${others} người khác`);
  return `Vào hàng chờ vì không ai nhận được: ${named.join(", ")}.`;
}

function exhaustedSentence(told: Told): string {
  const { why } = told;
  const used = why.tries !== undefined && why.tries >= (why.maxTries ?? Infinity);
  const reason = used ? `đã hết ${why.tries} lần đổi người` : "đã thử tất cả mọi người";
  return `Không đổi người nữa, ${reason}${since(told, "đổi người")}.`;
}

function wokenSentence(told: Told): string {
  const { by } = told.why;
  if (by.type === "clock") return `Được đánh thức lúc ${atOf(told)}, như đã chọn.`;
  return by.type === "customer"
    ? "Được đánh thức bởi tin nhắn của khách."
    : `${whoOf(told)} đánh thức.`;
}

function closedSentence(told: Told): string {
  const { why } = told;
  const message = END_MESSAGES[why.endMessage ?? "off"];
  if (why.by.type === "clock") {
    return `Đồng hồ đóng phiên lúc ${atOf(told)}${since(told, "đóng phiên")}.${message}`;
  }
  if (why.by.type === "provider") return "Đã đóng: tiếp tục ở phiên khác của khách.";
  if (why.reason === "blocked") return `Đã đóng vì ${whoOf(told)} chặn khách.`;
  const reason = why.reason === undefined ? "" : `: ${why.reason}`;
  return `${whoOf(told)} đóng phiên lúc ${atOf(told)}${reason}.${message}`;
}

const END_MESSAGES: Readonly<Record<NonNullable<Explanation["endMessage"]>, string>> = {
  queued: " Tin nhắn kết thúc phiên đang chờ gửi.",
  template: " Cửa sổ nhắn tin đã đóng: mẫu kết thúc phiên đang chờ gửi.",
  windowClosed: " Cửa sổ nhắn tin đã đóng: không gửi tin nhắn kết thúc phiên.",
  customerNeverWrote: " Khách chưa từng nhắn: không gửi tin nhắn kết thúc phiên.",
  off: "",
  declined: "",
};

function reopenedSentence(told: Told): string {
  switch (told.why.reason) {
    case "void":
      return "Tiếp tục: khi đóng, một tin nhắn của khách đang trên đường đến.";
    case "reopenWithin":
      return "Tiếp tục: khách nhắn ngay sau khi đóng.";
    case "sendFailed":
      return "Tiếp tục: một câu trả lời bị từ chối sau khi đóng, nên vẫn cần trả lời khách.";
    default:
      return `${whoOf(told)} mở lại.`;
  }
}

function taggedSentence(told: Told): string {
  const { added = [], removed = [] } = told.why;
  const parts = [
    ...(added.length === 0 ? [] : [`thêm ${added.join(", ")}`]),
    ...(removed.length === 0 ? [] : [`bỏ ${removed.join(", ")}`]),
  ];
  return `${whoOf(told)} đổi nhãn: ${parts.join("; ")}.`;
}

function supporterRemovedSentence(told: Told): string {
  const { by, from } = told.why;
  const member = memberOr(told, from, "Ai đó");
  if (by.type === "member" && by.memberId === from) return `${member} thôi hỗ trợ.`;
  return `${whoOf(told)} cho ${member} thôi hỗ trợ.`;
}

/** The numbers of a deadline: how late it fired, and what it counted from. */
function since(told: Told, setting: "đóng phiên" | "đổi người" | "hạn trả lời"): string {
  const { deadline } = told.why;
  if (deadline === undefined) return "";
  const { anchor, minutes, beforeMinutes, settings } = deadline;
  const before = beforeMinutes === 0 ? "" : `, cảnh báo trước ${duration(beforeMinutes * 60_000)}`;
  const length = duration((minutes - beforeMinutes) * 60_000);
  return (
    `, ${latenessOf(deadline)}: ${length} sau ${anchorOf(told, anchor)} lúc ` +
    `${told.names.time(anchor.at)} (${versionsOf(settings)}, ${setting} ` +
    `${duration(minutes * 60_000)}${before})`
  );
}

function latenessOf({ latenessMs, dueAt, armedAt, heldBy }: FiredDeadline): string {
  if (heldBy === "outage") return "bị giữ lại do sự cố";
  if (latenessMs === 0) return dueAt < armedAt ? "ngay lập tức" : "đúng hạn";
  const late = duration(latenessMs);
  return dueAt < armedAt ? `${late} sau khi một thay đổi làm nó đến hạn` : `${late} sau hạn`;
}

function anchorOf({ names }: Told, { type, memberId }: FiredDeadline["anchor"]): string {
  const member = memberId === null ? null : names.member(memberId);
  switch (type) {
    case "customerMessage":
      return "tin nhắn của khách";
    case "agentMessage":
      return member === null ? "tin nhắn từ ứng dụng của nhà cung cấp" : `tin nhắn của ${member}`;
    case "firstAssignment":
    case "assignment":
      return member === null ? "lần phân công" : `lần phân công cho ${member}`;
    case "waitKnown":
      return "khi tin nhắn của khách đến";
    case "noReplyNeeded":
      return "khi không cần trả lời";
    case "reopened":
      return "khi được mở lại";
    case "woken":
    case "snooze":
      return "khi được đánh thức";
  }
}

/** Verdicts are kept in English, with the act. */
const VERDICTS: ReadonlyMap<string, string> = new Map([
  ["next in turn", "đến lượt"],
  ["least busy", "ít việc nhất"],
  ["drawn at random", "chọn ngẫu nhiên"],
  ["the contact's owner", "người sở hữu khách này"],
  ["the previous agent", "nhân viên trước đó"],
  ["eligible", "có thể nhận"],
  ["deactivated", "bị vô hiệu hóa"],
  ["offline", "ngoại tuyến"],
  ["no access to this channel", "không có quyền vào kênh này"],
  ["already held it in this wait", "đã giữ trong lần chờ này"],
  ["holds it now", "đang giữ"],
  ["it was taken from them in this wait", "đã bị lấy lại trong lần chờ này"],
]);

function verdictOf(verdict: string): string {
  return VERDICTS.get(verdict) ?? verdict.replace(/^at capacity /, "đã đủ ");
}

function disproofOf({ why }: Told): string {
  return why.reason === "echo"
    ? "một câu trả lời từ ứng dụng của nhà cung cấp đã kịp hạn"
    : "một câu trả lời rốt cuộc đã đến";
}

function messageOf({ why, names }: Told): string {
  if (why.by.type === "member") return `tin nhắn của ${names.member(why.by.memberId)}`;
  return why.by.type === "customer"
    ? "tin nhắn của khách"
    : "một tin nhắn từ ứng dụng của nhà cung cấp";
}

function writerOf({ why, names }: Told): string {
  return why.by.type === "member" ? `${names.member(why.by.memberId)} trả lời` : "Được trả lời";
}

function whoOf({ why, names }: Told): string {
  return why.by.type === "member" ? names.member(why.by.memberId) : "Hệ thống";
}

function memberOr({ names }: Told, id: MemberId | null | undefined, nobody: string): string {
  return id === null || id === undefined ? nobody : names.member(id);
}

function atOf({ act, names }: Told): string {
  return names.time(act.at);
}

function startOf(told: Told): string {
  return timeOr(told, told.why.startedAt ?? told.act.at);
}

function timeOr({ names, act }: Told, at: Ms | undefined): string {
  return names.time(at ?? act.at);
}

function inBrackets(text: string | undefined): string {
  return text === undefined || text === "" ? "" : ` (${text})`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function versionsOf(versions: SettingsVersions | undefined): string {
  if (versions === undefined) return "không rõ cài đặt";
  const channel = versions.channel === null ? "" : `, của kênh ${versions.channel}`;
  return `cài đặt phiên bản ${versions.account}${channel}`;
}

const UNITS = [
  { name: "ngày", ms: 86_400_000 },
  { name: "giờ", ms: 3_600_000 },
  { name: "phút", ms: 60_000 },
  { name: "giây", ms: 1000 },
] as const;

/** The two largest units that count: "1 giờ 30 phút", "2 phút", "4 ms". */
function duration(ms: Ms): string {
  const index = UNITS.findIndex((unit) => ms >= unit.ms);
  const unit = UNITS[index];
  if (unit === undefined) return `${ms} ms`;
  const whole = `${Math.floor(ms / unit.ms)} ${unit.name}`;
  const next = UNITS[index + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % unit.ms) / next.ms);
  return next === undefined || rest === 0 ? whole : `${whole} ${rest} ${next.name}`;
}
