/** What the page says, in English and Vietnamese, with the dates and numbers of each. */

const ENGLISH = {
  title: "Simulated phones",
  subtitle: "Customers on WhatsApp, played on this machine. Nothing reaches Meta.",
  addPhone: "Add a phone",
  showAnother: "Show another",
  chooseOne: "Choose…",
  language: "Language",
  allCalls: "All calls of the emulator",
  connecting: "Connecting to the emulator…",
  lost: "The emulator doesn't answer. The phones go on as soon as it is back.",
  nobody: "There is no phone yet. Add one to write to the business.",
  newPhone: "A new phone",
  renamePhone: "Rename {name}",
  name: "Name",
  phone: "Phone number, with country code",
  save: "Save",
  cancel: "Cancel",
  phoneOf: "Phone of {name}",
  options: "Options of {name}'s phone",
  rename: "Rename…",
  loseNetwork: "Lose network for 30 s",
  readsAlone: "Reads messages by itself",
  putAway: "Put away",
  hasNetwork: "Has network",
  waitingFor: "No network · {seconds} s",
  backNow: "Back now",
  chats: "Chats",
  backToChats: "Back to the chats",
  unread: "{count} unread",
  noBusiness: "No business number yet: add one to the emulator.",
  noMessages: "Write the first message.",
  businessAccount: "Business account",
  typing: "typing…",
  conversation: "Conversation of {name} with {business}",
  message: "Message",
  messageTo: "Message to {business}",
  send: "Send",
  attach: "Attach",
  photoFromHere: "Photo from this computer…",
  samplePhoto: "Sample photo",
  record: "Record a voice note",
  stop: "Stop and send, {seconds} s",
  discard: "Throw away",
  noMicrophone: "No microphone here: a sample voice note was sent.",
  today: "Today",
  yesterday: "Yesterday",
  you: "{name}:",
  them: "{business}:",
  edited: "edited",
  deleted: "This message was deleted",
  reaction: "Reaction: {emoji}",
  statusWaiting: "waiting for network",
  statusSent: "sent",
  statusDelivered: "delivered",
  statusRead: "read",
  image: "Photo",
  voice: "Voice note",
  audio: "Sound",
  video: "Film",
  document: "Document",
  sticker: "Sticker",
  location: "Location",
  contacts: "Contact",
  order: "Order",
  template: "Template",
  interactive: "Choices",
  unsupported: "Not supported",
  unknown: "Not supported",
  numberChange: "New number: {text}",
  userIdChange: "New user id: {text}",
};

/** @type {typeof ENGLISH} */
const VIETNAMESE = {
  title: "Điện thoại mô phỏng",
  subtitle: "Khách hàng trên WhatsApp, chạy ngay trên máy này. Không có gì gửi đến Meta.",
  addPhone: "Thêm điện thoại",
  showAnother: "Hiện thêm",
  chooseOne: "Chọn…",
  language: "Ngôn ngữ",
  allCalls: "Tất cả lệnh gọi của bộ giả lập",
  connecting: "Đang kết nối với bộ giả lập…",
  lost: "Bộ giả lập không trả lời. Điện thoại sẽ hoạt động lại ngay khi có kết nối.",
  nobody: "Chưa có điện thoại nào. Hãy thêm một chiếc để nhắn cho doanh nghiệp.",
  newPhone: "Điện thoại mới",
  renamePhone: "Đổi tên {name}",
  name: "Tên",
  phone: "Số điện thoại, kèm mã quốc gia",
  save: "Lưu",
  cancel: "Hủy",
  phoneOf: "Điện thoại của {name}",
  options: "Tùy chọn điện thoại của {name}",
  rename: "Đổi tên…",
  loseNetwork: "Mất mạng trong 30 giây",
  readsAlone: "Tự động đọc tin nhắn",
  putAway: "Cất đi",
  hasNetwork: "Có mạng",
  waitingFor: "Mất mạng · {seconds} s",
  backNow: "Có mạng ngay",
  chats: "Đoạn chat",
  backToChats: "Quay lại danh sách đoạn chat",
  unread: "{count} chưa đọc",
  noBusiness: "Chưa có số doanh nghiệp: hãy thêm một số vào bộ giả lập.",
  noMessages: "Hãy viết tin nhắn đầu tiên.",
  businessAccount: "Tài khoản doanh nghiệp",
  typing: "đang nhập…",
  conversation: "Cuộc trò chuyện của {name} với {business}",
  message: "Tin nhắn",
  messageTo: "Tin nhắn gửi {business}",
  send: "Gửi",
  attach: "Đính kèm",
  photoFromHere: "Ảnh từ máy này…",
  samplePhoto: "Ảnh mẫu",
  record: "Ghi âm tin nhắn thoại",
  stop: "Dừng và gửi, {seconds} giây",
  discard: "Bỏ",
  noMicrophone: "Không có micrô: đã gửi một tin nhắn thoại mẫu.",
  today: "Hôm nay",
  yesterday: "Hôm qua",
  you: "{name}:",
  them: "{business}:",
  edited: "đã sửa",
  deleted: "Tin nhắn này đã bị xóa",
  reaction: "Cảm xúc: {emoji}",
  statusWaiting: "đang chờ mạng",
  statusSent: "đã gửi",
  statusDelivered: "đã nhận",
  statusRead: "đã xem",
  image: "Ảnh",
  voice: "Tin nhắn thoại",
  audio: "Âm thanh",
  video: "Video",
  document: "Tài liệu",
  sticker: "Nhãn dán",
  location: "Vị trí",
  contacts: "Liên hệ",
  order: "Đơn hàng",
  template: "Mẫu tin nhắn",
  interactive: "Lựa chọn",
  unsupported: "Không hỗ trợ",
  unknown: "Không hỗ trợ",
  numberChange: "Số mới: {text}",
  userIdChange: "Mã người dùng mới: {text}",
};

const LANGUAGES = { en: ENGLISH, vi: VIETNAMESE };

/**
 * @typedef {keyof typeof LANGUAGES} Language
 * @typedef {keyof typeof ENGLISH} Word
 * @typedef {ReturnType<typeof createWords>} Words
 */

/**
 * The language to begin with: of the address, of the last visit, or the browser's.
 *
 * @param {readonly (string | null | undefined)[]} wishes the strongest first
 * @returns {Language}
 */
export function chooseLanguage(wishes) {
  for (const wish of wishes) {
    if (wish?.startsWith("vi")) return "vi";
    if (wish?.startsWith("en")) return "en";
  }
  return "en";
}

/** @param {Language} language */
export function createWords(language) {
  const words = LANGUAGES[language];
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "full" });
  const number = new Intl.NumberFormat(language);
  const say = (
    /** @type {Word} */ word,
    /** @type {Record<string, string | number>} */ values = {},
  ) =>
    words[word].replaceAll(/\{(\w+)\}/g, (_all, name) => {
      const value = values[name] ?? "";
      return typeof value === "number" ? number.format(value) : value;
    });
  return {
    language,
    say,
    /** A message's type, where it has a word. @param {string} type */
    typeOf: (type) => (isWord(type) ? say(type) : type),
    /** The time of day. @param {number} at epoch ms */
    time: (at) => time.format(at),
    /** The day, for a divider. @param {number} at epoch ms */
    day: (at) => {
      const days = daysAgo(at);
      if (days === 0) return say("today");
      return days === 1 ? say("yesterday") : date.format(at);
    },
  };
}

/** @param {string} text @returns {text is Word} */
function isWord(text) {
  return Object.hasOwn(ENGLISH, text);
}

/** @param {number} at */
function daysAgo(at) {
  const day = (/** @type {number} */ moment) => new Date(moment).setHours(0, 0, 0, 0);
  return Math.round((day(Date.now()) - day(at)) / 86_400_000);
}
