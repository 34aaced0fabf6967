import { defineTexts } from "../i18n/texts.ts";

export const settingsTexts = defineTexts("settings", {
  en: {
    settings: "Settings",
    menu: "Settings pages",
    back: "All settings",
    omniChat: "Omni Chat",
    otherSettings: "Other Settings",
    readOnly: "Only admins change this. You see what is in force.",
    remove: "Delete",
    edit: "Edit",
    saved: "Saved",
    leaveTitle: "Leave without saving?",
    leaveText: "What you changed here is not saved yet. If you leave, it is lost.",
    leave: "Leave and lose the changes",
    stay: "Stay here",
  },
  vi: {
    settings: "Cài đặt",
    menu: "Các trang cài đặt",
    back: "Tất cả cài đặt",
    omniChat: "Omni Chat",
    otherSettings: "Cài đặt khác",
    readOnly: "Chỉ quản trị viên mới thay đổi được. Bạn đang xem cài đặt hiện hành.",
    remove: "Xóa",
    edit: "Sửa",
    saved: "Đã lưu",
    leaveTitle: "Rời trang mà không lưu?",
    leaveText: "Những thay đổi ở đây chưa được lưu. Nếu rời đi, chúng sẽ mất.",
    leave: "Rời đi và bỏ thay đổi",
    stay: "Ở lại",
  },
});
